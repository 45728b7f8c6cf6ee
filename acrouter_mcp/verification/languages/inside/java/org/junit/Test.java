package org.junit;

import java.lang.annotation.*;

@Retention(RetentionPolicy.RUNTIME)
public @interface Test { Class<? extends Throwable> expected() default None.class; long timeout() default 0; class None extends Throwable { private None() {} } }
