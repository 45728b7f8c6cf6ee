package org.junit.jupiter.params.provider;

import java.lang.annotation.*;

@Retention(RetentionPolicy.RUNTIME)
public @interface MethodSource { String[] value() default ""; }
