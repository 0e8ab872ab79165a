package io.github.djlcachex.djl.internal.engine;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

/**
 * Reads members of DJL's and the engines' classes by reflection, where there is no public access.
 */
public final class Hidden {

    private Hidden() {}

    /**
     * Returns the value of a field.
     *
     * @throws ReflectiveOperationException if it is not there, or not to be had
     */
    public static @Nullable Object field(Class<?> declaring, String name, Object target)
            throws ReflectiveOperationException {
        try {
            Field field = declaring.getDeclaredField(name);
            field.setAccessible(true);
            return field.get(target);
        } catch (InaccessibleObjectException | SecurityException e) {
            throw new ReflectiveOperationException(e);
        }
    }

    /**
     * Calls a method with one argument, or without one if it is null.
     *
     * @throws ReflectiveOperationException if it is not there, or not to be had, or throws
     */
    public static @Nullable Object call(
            Class<?> declaring, String name, Object target, @Nullable Object argument)
            throws ReflectiveOperationException {
        try {
            Class<?>[] types = argument == null ? new Class<?>[0] : types(argument);
            Method method = declaring.getDeclaredMethod(name, types);
            method.setAccessible(true);
            return argument == null ? method.invoke(target) : method.invoke(target, argument);
        } catch (InaccessibleObjectException | SecurityException e) {
            throw new ReflectiveOperationException(e);
        } catch (InvocationTargetException e) {
            throw new ReflectiveOperationException(e.getCause());
        }
    }

    /**
     * Calls a method that a class or a superclass declares.
     *
     * @param target the object, or null for a static method
     * @param types the types of its parameters
     * @throws ReflectiveOperationException if it is not there, or not to be had, or throws
     */
    static @Nullable Object invoke(
            Class<?> declaring,
            String name,
            @Nullable Object target,
            Class<?>[] types,
            Object... arguments)
            throws ReflectiveOperationException {
        try {
            Method method = find(declaring, name, types);
            method.setAccessible(true);
            return method.invoke(target, arguments);
        } catch (InaccessibleObjectException | SecurityException e) {
            throw new ReflectiveOperationException(e);
        } catch (InvocationTargetException e) {
            throw new ReflectiveOperationException(e.getCause());
        }
    }

    private static Method find(Class<?> declaring, String name, Class<?>[] types)
            throws NoSuchMethodException {
        try {
            return declaring.getDeclaredMethod(name, types);
        } catch (NoSuchMethodException e) {
            if (declaring.getSuperclass() == null) {
                throw e;
            }
            return find(declaring.getSuperclass(), name, types);
        }
    }

    /**
     * Calls a public method without parameters of a class that is not known at compile time.
     *
     * @throws ReflectiveOperationException if it is not there, or throws
     */
    public static @Nullable Object answer(@Nullable Object target, String name)
            throws ReflectiveOperationException {
        if (target == null) {
            throw new NoSuchMethodException(name + " of nothing");
        }
        try {
            return target.getClass().getMethod(name).invoke(target);
        } catch (InvocationTargetException e) {
            throw new ReflectiveOperationException(e.getCause());
        }
    }

    private static Class<?>[] types(Object argument) {
        return new Class<?>[] {argument.getClass()};
    }
}
