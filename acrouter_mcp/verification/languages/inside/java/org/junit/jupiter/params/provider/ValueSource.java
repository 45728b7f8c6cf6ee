package org.junit.jupiter.params.provider;

import java.lang.annotation.*;

@Retention(RetentionPolicy.RUNTIME)
public @interface ValueSource { int[] ints() default {}; long[] longs() default {}; double[] doubles() default {}; String[] strings() default {}; boolean[] booleans() default {}; char[] chars() default {}; }
