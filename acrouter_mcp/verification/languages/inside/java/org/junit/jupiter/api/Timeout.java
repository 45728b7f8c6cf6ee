package org.junit.jupiter.api;

import java.lang.annotation.*;

@Retention(RetentionPolicy.RUNTIME)
public @interface Timeout { long value(); java.util.concurrent.TimeUnit unit() default java.util.concurrent.TimeUnit.SECONDS; }
