package org.junit.jupiter.api;

import java.util.function.Supplier;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.function.ThrowingSupplier;

/** What tests written for JUnit 5 call; the names are JUnit's, the code is not. */
public class Assertions {
  public static void assertEquals(long expected, long actual) { same(expected, actual, null); }
  public static void assertEquals(long expected, long actual, String message) { same(expected, actual, message); }
  public static void assertEquals(long expected, long actual, Supplier<String> message) { same(expected, actual, message); }
  public static void assertNotEquals(long unexpected, long actual) { differ(unexpected, actual, null); }
  public static void assertNotEquals(long unexpected, long actual, String message) { differ(unexpected, actual, message); }
  public static void assertNotEquals(long unexpected, long actual, Supplier<String> message) { differ(unexpected, actual, message); }
  public static void assertEquals(double expected, double actual) { same(expected, actual, null); }
  public static void assertEquals(double expected, double actual, String message) { same(expected, actual, message); }
  public static void assertEquals(double expected, double actual, Supplier<String> message) { same(expected, actual, message); }
  public static void assertNotEquals(double unexpected, double actual) { differ(unexpected, actual, null); }
  public static void assertNotEquals(double unexpected, double actual, String message) { differ(unexpected, actual, message); }
  public static void assertNotEquals(double unexpected, double actual, Supplier<String> message) { differ(unexpected, actual, message); }
  public static void assertEquals(Object expected, Object actual) { same(expected, actual, null); }
  public static void assertEquals(Object expected, Object actual, String message) { same(expected, actual, message); }
  public static void assertEquals(Object expected, Object actual, Supplier<String> message) { same(expected, actual, message); }
  public static void assertNotEquals(Object unexpected, Object actual) { differ(unexpected, actual, null); }
  public static void assertNotEquals(Object unexpected, Object actual, String message) { differ(unexpected, actual, message); }
  public static void assertNotEquals(Object unexpected, Object actual, Supplier<String> message) { differ(unexpected, actual, message); }
  public static void assertEquals(int expected, Integer actual) { same(expected, actual, null); }
  public static void assertEquals(int expected, Integer actual, String message) { same(expected, actual, message); }
  public static void assertEquals(int expected, Integer actual, Supplier<String> message) { same(expected, actual, message); }
  public static void assertEquals(Integer expected, int actual) { same(expected, actual, null); }
  public static void assertEquals(Integer expected, int actual, String message) { same(expected, actual, message); }
  public static void assertEquals(Integer expected, int actual, Supplier<String> message) { same(expected, actual, message); }
  public static void assertEquals(long expected, Long actual) { same(expected, actual, null); }
  public static void assertEquals(long expected, Long actual, String message) { same(expected, actual, message); }
  public static void assertEquals(long expected, Long actual, Supplier<String> message) { same(expected, actual, message); }
  public static void assertEquals(Long expected, long actual) { same(expected, actual, null); }
  public static void assertEquals(Long expected, long actual, String message) { same(expected, actual, message); }
  public static void assertEquals(Long expected, long actual, Supplier<String> message) { same(expected, actual, message); }
  public static void assertEquals(double expected, Double actual) { same(expected, actual, null); }
  public static void assertEquals(double expected, Double actual, String message) { same(expected, actual, message); }
  public static void assertEquals(double expected, Double actual, Supplier<String> message) { same(expected, actual, message); }
  public static void assertEquals(Double expected, double actual) { same(expected, actual, null); }
  public static void assertEquals(Double expected, double actual, String message) { same(expected, actual, message); }
  public static void assertEquals(Double expected, double actual, Supplier<String> message) { same(expected, actual, message); }
  public static void assertEquals(char expected, Character actual) { same(expected, actual, null); }
  public static void assertEquals(char expected, Character actual, String message) { same(expected, actual, message); }
  public static void assertEquals(char expected, Character actual, Supplier<String> message) { same(expected, actual, message); }
  public static void assertEquals(Character expected, char actual) { same(expected, actual, null); }
  public static void assertEquals(Character expected, char actual, String message) { same(expected, actual, message); }
  public static void assertEquals(Character expected, char actual, Supplier<String> message) { same(expected, actual, message); }
  public static void assertEquals(char expected, char actual) { same(expected, actual, null); }
  public static void assertEquals(char expected, char actual, String message) { same(expected, actual, message); }
  public static void assertEquals(char expected, char actual, Supplier<String> message) { same(expected, actual, message); }
  public static void assertEquals(double expected, double actual, double delta) { if (!(Math.abs(expected - actual) <= delta) && Double.compare(expected, actual) != 0) fail(words(null) + "expected " + expected + ", got " + actual); }
  public static void assertEquals(double expected, double actual, double delta, String message) { if (!(Math.abs(expected - actual) <= delta) && Double.compare(expected, actual) != 0) fail(words(message) + "expected " + expected + ", got " + actual); }
  public static void assertEquals(double expected, double actual, double delta, Supplier<String> message) { if (!(Math.abs(expected - actual) <= delta) && Double.compare(expected, actual) != 0) fail(words(message) + "expected " + expected + ", got " + actual); }
  public static void assertArrayEquals(int[] expected, int[] actual) { arrays(expected, actual, null); }
  public static void assertArrayEquals(int[] expected, int[] actual, String message) { arrays(expected, actual, message); }
  public static void assertArrayEquals(int[] expected, int[] actual, Supplier<String> message) { arrays(expected, actual, message); }
  public static void assertArrayEquals(long[] expected, long[] actual) { arrays(expected, actual, null); }
  public static void assertArrayEquals(long[] expected, long[] actual, String message) { arrays(expected, actual, message); }
  public static void assertArrayEquals(long[] expected, long[] actual, Supplier<String> message) { arrays(expected, actual, message); }
  public static void assertArrayEquals(double[] expected, double[] actual) { arrays(expected, actual, null); }
  public static void assertArrayEquals(double[] expected, double[] actual, String message) { arrays(expected, actual, message); }
  public static void assertArrayEquals(double[] expected, double[] actual, Supplier<String> message) { arrays(expected, actual, message); }
  public static void assertArrayEquals(char[] expected, char[] actual) { arrays(expected, actual, null); }
  public static void assertArrayEquals(char[] expected, char[] actual, String message) { arrays(expected, actual, message); }
  public static void assertArrayEquals(char[] expected, char[] actual, Supplier<String> message) { arrays(expected, actual, message); }
  public static void assertArrayEquals(byte[] expected, byte[] actual) { arrays(expected, actual, null); }
  public static void assertArrayEquals(byte[] expected, byte[] actual, String message) { arrays(expected, actual, message); }
  public static void assertArrayEquals(byte[] expected, byte[] actual, Supplier<String> message) { arrays(expected, actual, message); }
  public static void assertArrayEquals(boolean[] expected, boolean[] actual) { arrays(expected, actual, null); }
  public static void assertArrayEquals(boolean[] expected, boolean[] actual, String message) { arrays(expected, actual, message); }
  public static void assertArrayEquals(boolean[] expected, boolean[] actual, Supplier<String> message) { arrays(expected, actual, message); }
  public static void assertArrayEquals(float[] expected, float[] actual) { arrays(expected, actual, null); }
  public static void assertArrayEquals(float[] expected, float[] actual, String message) { arrays(expected, actual, message); }
  public static void assertArrayEquals(float[] expected, float[] actual, Supplier<String> message) { arrays(expected, actual, message); }
  public static void assertArrayEquals(short[] expected, short[] actual) { arrays(expected, actual, null); }
  public static void assertArrayEquals(short[] expected, short[] actual, String message) { arrays(expected, actual, message); }
  public static void assertArrayEquals(short[] expected, short[] actual, Supplier<String> message) { arrays(expected, actual, message); }
  public static void assertArrayEquals(Object[] expected, Object[] actual) { arrays(expected, actual, null); }
  public static void assertArrayEquals(Object[] expected, Object[] actual, String message) { arrays(expected, actual, message); }
  public static void assertArrayEquals(Object[] expected, Object[] actual, Supplier<String> message) { arrays(expected, actual, message); }
  public static void assertArrayEquals(double[] expected, double[] actual, double delta) { if (expected.length != actual.length) arrays(expected, actual, null); for (int i = 0; i < expected.length; i++) if (Math.abs(expected[i] - actual[i]) > delta) arrays(expected, actual, null); }
  public static void assertArrayEquals(double[] expected, double[] actual, double delta, String message) { if (expected.length != actual.length) arrays(expected, actual, message); for (int i = 0; i < expected.length; i++) if (Math.abs(expected[i] - actual[i]) > delta) arrays(expected, actual, message); }
  public static void assertArrayEquals(double[] expected, double[] actual, double delta, Supplier<String> message) { if (expected.length != actual.length) arrays(expected, actual, message); for (int i = 0; i < expected.length; i++) if (Math.abs(expected[i] - actual[i]) > delta) arrays(expected, actual, message); }
  public static void assertIterableEquals(Iterable<?> expected, Iterable<?> actual) { same(list(expected), list(actual), null); }
  public static void assertIterableEquals(Iterable<?> expected, Iterable<?> actual, String message) { same(list(expected), list(actual), message); }
  public static void assertIterableEquals(Iterable<?> expected, Iterable<?> actual, Supplier<String> message) { same(list(expected), list(actual), message); }
  public static void assertLinesMatch(java.util.List<String> expected, java.util.List<String> actual) { same(expected, actual, null); }
  public static void assertLinesMatch(java.util.List<String> expected, java.util.List<String> actual, String message) { same(expected, actual, message); }
  public static void assertLinesMatch(java.util.List<String> expected, java.util.List<String> actual, Supplier<String> message) { same(expected, actual, message); }
  public static void assertTrue(boolean condition) { if (!condition) fail(words(null) + "expected true, got false"); }
  public static void assertTrue(boolean condition, String message) { if (!condition) fail(words(message) + "expected true, got false"); }
  public static void assertTrue(boolean condition, Supplier<String> message) { if (!condition) fail(words(message) + "expected true, got false"); }
  public static void assertFalse(boolean condition) { if (condition) fail(words(null) + "expected false, got true"); }
  public static void assertFalse(boolean condition, String message) { if (condition) fail(words(message) + "expected false, got true"); }
  public static void assertFalse(boolean condition, Supplier<String> message) { if (condition) fail(words(message) + "expected false, got true"); }
  public static void assertNull(Object actual) { if (actual != null) fail(words(null) + "expected null, got " + text(actual)); }
  public static void assertNull(Object actual, String message) { if (actual != null) fail(words(message) + "expected null, got " + text(actual)); }
  public static void assertNull(Object actual, Supplier<String> message) { if (actual != null) fail(words(message) + "expected null, got " + text(actual)); }
  public static void assertNotNull(Object actual) { if (actual == null) fail(words(null) + "expected a value, got null"); }
  public static void assertNotNull(Object actual, String message) { if (actual == null) fail(words(message) + "expected a value, got null"); }
  public static void assertNotNull(Object actual, Supplier<String> message) { if (actual == null) fail(words(message) + "expected a value, got null"); }
  public static void assertSame(Object expected, Object actual) { if (expected != actual) fail(words(null) + "expected the very " + text(expected) + ", got " + text(actual)); }
  public static void assertSame(Object expected, Object actual, String message) { if (expected != actual) fail(words(message) + "expected the very " + text(expected) + ", got " + text(actual)); }
  public static void assertSame(Object expected, Object actual, Supplier<String> message) { if (expected != actual) fail(words(message) + "expected the very " + text(expected) + ", got " + text(actual)); }
  public static void assertNotSame(Object unexpected, Object actual) { if (unexpected == actual) fail(words(null) + "expected another object than " + text(actual)); }
  public static void assertNotSame(Object unexpected, Object actual, String message) { if (unexpected == actual) fail(words(message) + "expected another object than " + text(actual)); }
  public static void assertNotSame(Object unexpected, Object actual, Supplier<String> message) { if (unexpected == actual) fail(words(message) + "expected another object than " + text(actual)); }
  public static <T> T assertInstanceOf(Class<T> type, Object actual) { if (!type.isInstance(actual)) fail(words(null) + "expected a " + type.getName() + ", got " + text(actual)); return type.cast(actual); }
  public static <T> T assertInstanceOf(Class<T> type, Object actual, String message) { if (!type.isInstance(actual)) fail(words(message) + "expected a " + type.getName() + ", got " + text(actual)); return type.cast(actual); }
  public static <T> T assertInstanceOf(Class<T> type, Object actual, Supplier<String> message) { if (!type.isInstance(actual)) fail(words(message) + "expected a " + type.getName() + ", got " + text(actual)); return type.cast(actual); }
  public static <T extends Throwable> T assertThrows(Class<T> type, Executable body) { return thrown(type, body, null); }
  public static <T extends Throwable> T assertThrows(Class<T> type, Executable body, String message) { return thrown(type, body, message); }
  public static <T extends Throwable> T assertThrows(Class<T> type, Executable body, Supplier<String> message) { return thrown(type, body, message); }
  public static <T extends Throwable> T assertThrowsExactly(Class<T> type, Executable body) { T found = thrown(type, body, null); same(type, found.getClass(), null); return found; }
  public static <T extends Throwable> T assertThrowsExactly(Class<T> type, Executable body, String message) { T found = thrown(type, body, message); same(type, found.getClass(), message); return found; }
  public static <T extends Throwable> T assertThrowsExactly(Class<T> type, Executable body, Supplier<String> message) { T found = thrown(type, body, message); same(type, found.getClass(), message); return found; }
  public static void assertDoesNotThrow(Executable body) { try { body.execute(); } catch (Throwable e) { fail(words(null) + "expected no exception, got " + e, e); } }
  public static void assertDoesNotThrow(Executable body, String message) { try { body.execute(); } catch (Throwable e) { fail(words(message) + "expected no exception, got " + e, e); } }
  public static void assertDoesNotThrow(Executable body, Supplier<String> message) { try { body.execute(); } catch (Throwable e) { fail(words(message) + "expected no exception, got " + e, e); } }
  public static <T> T assertDoesNotThrow(ThrowingSupplier<T> body) { try { return body.get(); } catch (Throwable e) { fail(words(null) + "expected no exception, got " + e, e); return null; } }
  public static <T> T assertDoesNotThrow(ThrowingSupplier<T> body, String message) { try { return body.get(); } catch (Throwable e) { fail(words(message) + "expected no exception, got " + e, e); return null; } }
  public static <T> T assertDoesNotThrow(ThrowingSupplier<T> body, Supplier<String> message) { try { return body.get(); } catch (Throwable e) { fail(words(message) + "expected no exception, got " + e, e); return null; } }
  public static void assertTimeout(java.time.Duration limit, Executable body) { timed(limit, () -> { body.execute(); return null; }, null); }
  public static void assertTimeout(java.time.Duration limit, Executable body, String message) { timed(limit, () -> { body.execute(); return null; }, message); }
  public static void assertTimeout(java.time.Duration limit, Executable body, Supplier<String> message) { timed(limit, () -> { body.execute(); return null; }, message); }
  public static <T> T assertTimeout(java.time.Duration limit, ThrowingSupplier<T> body) { return timed(limit, body, null); }
  public static <T> T assertTimeout(java.time.Duration limit, ThrowingSupplier<T> body, String message) { return timed(limit, body, message); }
  public static <T> T assertTimeout(java.time.Duration limit, ThrowingSupplier<T> body, Supplier<String> message) { return timed(limit, body, message); }
  public static void assertTimeoutPreemptively(java.time.Duration limit, Executable body) { timed(limit, () -> { body.execute(); return null; }, null); }
  public static void assertTimeoutPreemptively(java.time.Duration limit, Executable body, String message) { timed(limit, () -> { body.execute(); return null; }, message); }
  public static void assertTimeoutPreemptively(java.time.Duration limit, Executable body, Supplier<String> message) { timed(limit, () -> { body.execute(); return null; }, message); }
  public static <T> T assertTimeoutPreemptively(java.time.Duration limit, ThrowingSupplier<T> body) { return timed(limit, body, null); }
  public static <T> T assertTimeoutPreemptively(java.time.Duration limit, ThrowingSupplier<T> body, String message) { return timed(limit, body, message); }
  public static <T> T assertTimeoutPreemptively(java.time.Duration limit, ThrowingSupplier<T> body, Supplier<String> message) { return timed(limit, body, message); }
  public static void assertAll(Executable... bodies) { assertAll("", bodies); }
  public static void assertAll(java.util.stream.Stream<Executable> bodies) { assertAll("", bodies.toArray(Executable[]::new)); }
  public static void assertAll(java.util.Collection<Executable> bodies) { assertAll("", bodies.toArray(new Executable[0])); }
  public static void assertAll(String heading, Executable... bodies) {
    StringBuilder said = new StringBuilder();
    for (Executable body : bodies) {
      try {
        body.execute();
      } catch (Throwable e) {
        said.append(said.length() > 0 ? "; " : "").append(e.getMessage());
      }
    }
    if (said.length() > 0) fail(heading + " " + said);
  }
  public static <V> V fail() { throw new AssertionError("fail()"); }
  public static <V> V fail(String message) { throw new AssertionError(message); }
  public static <V> V fail(String message, Throwable cause) { throw new AssertionError(message, cause); }
  public static <V> V fail(Throwable cause) { throw new AssertionError(cause); }

  private static String words(Object message) {
    Object said = message instanceof Supplier ? ((Supplier<?>) message).get() : message;
    return said == null ? "" : said + ": ";
  }

  private static String text(Object value) {
    if (value instanceof String) return '"' + value.toString() + '"';
    if (value == null || !value.getClass().isArray()) return String.valueOf(value);
    String inner = java.util.Arrays.deepToString(new Object[] {value});
    return inner.substring(1, inner.length() - 1);
  }

  private static void same(Object expected, Object actual, Object message) {
    if (!java.util.Objects.equals(expected, actual)) fail(words(message) + "expected " + text(expected) + ", got " + text(actual));
  }

  private static void differ(Object unexpected, Object actual, Object message) {
    if (java.util.Objects.equals(unexpected, actual)) fail(words(message) + "expected anything but " + text(actual));
  }

  private static void arrays(Object expected, Object actual, Object message) {
    if (!java.util.Arrays.deepEquals(new Object[] {expected}, new Object[] {actual}))
      fail(words(message) + "expected " + text(expected) + ", got " + text(actual));
  }

  private static java.util.List<Object> list(Iterable<?> values) {
    java.util.List<Object> found = new java.util.ArrayList<>();
    for (Object value : values) found.add(value);
    return found;
  }

  private static <T extends Throwable> T thrown(Class<T> type, Executable body, Object message) {
    try {
      body.execute();
    } catch (Throwable e) {
      if (type.isInstance(e)) return type.cast(e);
      throw new AssertionError(words(message) + "expected " + type.getName() + ", got " + e, e);
    }
    throw new AssertionError(words(message) + "expected " + type.getName() + ", nothing was thrown");
  }

  private static <T> T timed(java.time.Duration limit, ThrowingSupplier<T> body, Object message) {
    long start = System.nanoTime();
    T value;
    try {
      value = body.get();
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
    if (System.nanoTime() - start > limit.toNanos()) fail(words(message) + "expected it to end within " + limit);
    return value;
  }
}
