package org.junit.jupiter.params.provider;

public interface Arguments {
  Object[] get();

  static Arguments of(Object... values) {
    return () -> values;
  }

  static Arguments arguments(Object... values) {
    return () -> values;
  }
}
