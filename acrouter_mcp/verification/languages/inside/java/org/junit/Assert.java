package org.junit;

import java.util.function.Supplier;
import org.junit.jupiter.api.function.Executable;

/** What tests written for JUnit 4 call; the names are JUnit's, the code is not. */
public class Assert {
  public static void assertEquals(long expected, long actual) { same(expected, actual, null); }
  public static void assertEquals(String message, long expected, long actual) { same(expected, actual, message); }
  public static void assertNotEquals(long unexpected, long actual) { differ(unexpected, actual, null); }
  public static void assertNotEquals(String message, long unexpected, long actual) { differ(unexpected, actual, message); }
  public static void assertEquals(double expected, double actual) { same(expected, actual, null); }
  public static void assertEquals(String message, double expected, double actual) { same(expected, actual, message); }
  public static void assertNotEquals(double unexpected, double actual) { differ(unexpected, actual, null); }
  public static void assertNotEquals(String message, double unexpected, double actual) { differ(unexpected, actual, message); }
  public static void assertEquals(Object expected, Object actual) { same(expected, actual, null); }
  public static void assertEquals(String message, Object expected, Object actual) { same(expected, actual, message); }
  public static void assertNotEquals(Object unexpected, Object actual) { differ(unexpected, actual, null); }
  public static void assertNotEquals(String message, Object unexpected, Object actual) { differ(unexpected, actual, message); }
  public static void assertEquals(int expected, Integer actual) { same(expected, actual, null); }
  public static void assertEquals(String message, int expected, Integer actual) { same(expected, actual, message); }
  public static void assertEquals(Integer expected, int actual) { same(expected, actual, null); }
  public static void assertEquals(String message, Integer expected, int actual) { same(expected, actual, message); }
  public static void assertEquals(long expected, Long actual) { same(expected, actual, null); }
  public static void assertEquals(String message, long expected, Long actual) { same(expected, actual, message); }
  public static void assertEquals(Long expected, long actual) { same(expected, actual, null); }
  public static void assertEquals(String message, Long expected, long actual) { same(expected, actual, message); }
  public static void assertEquals(double expected, Double actual) { same(expected, actual, null); }
  public static void assertEquals(String message, double expected, Double actual) { same(expected, actual, message); }
  public static void assertEquals(Double expected, double actual) { same(expected, actual, null); }
  public static void assertEquals(String message, Double expected, double actual) { same(expected, actual, message); }
  public static void assertEquals(char expected, Character actual) { same(expected, actual, null); }
  public static void assertEquals(String message, char expected, Character actual) { same(expected, actual, message); }
  public static void assertEquals(Character expected, char actual) { same(expected, actual, null); }
  public static void assertEquals(String message, Character expected, char actual) { same(expected, actual, message); }
  public static void assertEquals(char expected, char actual) { same(expected, actual, null); }
  public static void assertEquals(String message, char expected, char actual) { same(expected, actual, message); }
  public static void assertEquals(double expected, double actual, double delta) { if (!(Math.abs(expected - actual) <= delta) && Double.compare(expected, actual) != 0) fail(words(null) + "expected " + expected + ", got " + actual); }
  public static void assertEquals(String message, double expected, double actual, double delta) { if (!(Math.abs(expected - actual) <= delta) && Double.compare(expected, actual) != 0) fail(words(message) + "expected " + expected + ", got " + actual); }
  public static void assertArrayEquals(int[] expected, int[] actual) { arrays(expected, actual, null); }
  public static void assertArrayEquals(String message, int[] expected, int[] actual) { arrays(expected, actual, message); }
  public static void assertArrayEquals(long[] expected, long[] actual) { arrays(expected, actual, null); }
  public static void assertArrayEquals(String message, long[] expected, long[] actual) { arrays(expected, actual, message); }
  public static void assertArrayEquals(double[] expected, double[] actual) { arrays(expected, actual, null); }
  public static void assertArrayEquals(String message, double[] expected, double[] actual) { arrays(expected, actual, message); }
  public static void assertArrayEquals(char[] expected, char[] actual) { arrays(expected, actual, null); }
  public static void assertArrayEquals(String message, char[] expected, char[] actual) { arrays(expected, actual, message); }
  public static void assertArrayEquals(byte[] expected, byte[] actual) { arrays(expected, actual, null); }
  public static void assertArrayEquals(String message, byte[] expected, byte[] actual) { arrays(expected, actual, message); }
  public static void assertArrayEquals(boolean[] expected, boolean[] actual) { arrays(expected, actual, null); }
  public static void assertArrayEquals(String message, boolean[] expected, boolean[] actual) { arrays(expected, actual, message); }
  public static void assertArrayEquals(float[] expected, float[] actual) { arrays(expected, actual, null); }
  public static void assertArrayEquals(String message, float[] expected, float[] actual) { arrays(expected, actual, message); }
  public static void assertArrayEquals(short[] expected, short[] actual) { arrays(expected, actual, null); }
  public static void assertArrayEquals(String message, short[] expected, short[] actual) { arrays(expected, actual, message); }
  public static void assertArrayEquals(Object[] expected, Object[] actual) { arrays(expected, actual, null); }
  public static void assertArrayEquals(String message, Object[] expected, Object[] actual) { arrays(expected, actual, message); }
  public static void assertArrayEquals(double[] expected, double[] actual, double delta) { if (expected.length != actual.length) arrays(expected, actual, null); for (int i = 0; i < expected.length; i++) if (Math.abs(expected[i] - actual[i]) > delta) arrays(expected, actual, null); }
  public static void assertArrayEquals(String message, double[] expected, double[] actual, double delta) { if (expected.length != actual.length) arrays(expected, actual, message); for (int i = 0; i < expected.length; i++) if (Math.abs(expected[i] - actual[i]) > delta) arrays(expected, actual, message); }
  public static void assertIterableEquals(Iterable<?> expected, Iterable<?> actual) { same(list(expected), list(actual), null); }
  public static void assertIterableEquals(String message, Iterable<?> expected, Iterable<?> actual) { same(list(expected), list(actual), message); }
  public static void assertLinesMatch(java.util.List<String> expected, java.util.List<String> actual) { same(expected, actual, null); }
  public static void assertLinesMatch(String message, java.util.List<String> expected, java.util.List<String> actual) { same(expected, actual, message); }
  public static void assertTrue(boolean condition) { if (!condition) fail(words(null) + "expected true, got false"); }
  public static void assertTrue(String message, boolean condition) { if (!condition) fail(words(message) + "expected true, got false"); }
  public static void assertFalse(boolean condition) { if (condition) fail(words(null) + "expected false, got true"); }
  public static void assertFalse(String message, boolean condition) { if (condition) fail(words(message) + "expected false, got true"); }
  public static void assertNull(Object actual) { if (actual != null) fail(words(null) + "expected null, got " + text(actual)); }
  public static void assertNull(String message, Object actual) { if (actual != null) fail(words(message) + "expected null, got " + text(actual)); }
  public static void assertNotNull(Object actual) { if (actual == null) fail(words(null) + "expected a value, got null"); }
  public static void assertNotNull(String message, Object actual) { if (actual == null) fail(words(message) + "expected a value, got null"); }
  public static void assertSame(Object expected, Object actual) { if (expected != actual) fail(words(null) + "expected the very " + text(expected) + ", got " + text(actual)); }
  public static void assertSame(String message, Object expected, Object actual) { if (expected != actual) fail(words(message) + "expected the very " + text(expected) + ", got " + text(actual)); }
  public static void assertNotSame(Object unexpected, Object actual) { if (unexpected == actual) fail(words(null) + "expected another object than " + text(actual)); }
  public static void assertNotSame(String message, Object unexpected, Object actual) { if (unexpected == actual) fail(words(message) + "expected another object than " + text(actual)); }
  public static <T> T assertInstanceOf(Class<T> type, Object actual) { if (!type.isInstance(actual)) fail(words(null) + "expected a " + type.getName() + ", got " + text(actual)); return type.cast(actual); }
  public static <T> T assertInstanceOf(String message, Class<T> type, Object actual) { if (!type.isInstance(actual)) fail(words(message) + "expected a " + type.getName() + ", got " + text(actual)); return type.cast(actual); }
  public static <T extends Throwable> T assertThrows(Class<T> type, Executable body) { return thrown(type, body, null); }
  public static <T extends Throwable> T assertThrows(String message, Class<T> type, Executable body) { return thrown(type, body, message); }
  public static <T extends Throwable> T assertThrowsExactly(Class<T> type, Executable body) { T found = thrown(type, body, null); same(type, found.getClass(), null); return found; }
  public static <T extends Throwable> T assertThrowsExactly(String message, Class<T> type, Executable body) { T found = thrown(type, body, message); same(type, found.getClass(), message); return found; }
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
}
