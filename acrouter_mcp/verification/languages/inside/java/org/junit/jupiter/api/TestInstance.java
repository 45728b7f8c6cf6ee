package org.junit.jupiter.api;

import java.lang.annotation.*;

@Retention(RetentionPolicy.RUNTIME)
public @interface TestInstance { Lifecycle value(); enum Lifecycle { PER_CLASS, PER_METHOD } }
