package io.github.djlcachex.djl.internal.code;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.stream.Stream;

/**
 * Calls a function with an argument whose every access throws, to see which method the function
 * runs.
 *
 * <p>The JVM does not tell which method a lambda calls. The stack of the first access to the
 * argument does: that method is right above the call. Since the access throws, the function
 * computes nothing. Use it only for functions that do nothing before that access; see {@link
 * InputAccess}.
 */
final class Probe {

    /** Stands for a function that returns its input without reading it. */
    static final MethodCode.Call INPUT = new MethodCode.Call("", "input");

    // without RETAIN_CLASS_REFERENCE some JVMs refuse the descriptors of methods
    private static final StackWalker STACK =
            StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

    private MethodCode.@Nullable Call found;

    /**
     * Returns the method that a function runs, or null if no access was seen.
     *
     * @param method the method of the function's interface
     */
    static MethodCode.@Nullable Call targetOf(Object function, Method method) {
        for (Class<?> type : List.of(NDList.class, NDArray.class)) {
            Probe probe = new Probe();
            Object[] arguments = probe.arguments(method, type);
            if (arguments.length > 0) {
                probe.call(function, method, arguments);
            }
            if (probe.found != null) {
                return probe.found;
            }
        }
        return null;
    }

    private Object[] arguments(Method method, Class<?> unknown) {
        Class<?>[] types = method.getParameterTypes();
        Object[] arguments = new Object[types.length];
        for (int i = 0; i < types.length; i++) {
            Class<?> wanted = types[i] == Object.class ? unknown : types[i];
            if (wanted.isAssignableFrom(UnreadableList.class)) {
                arguments[i] = new UnreadableList(this::touched);
            } else if (wanted.isInterface()) {
                arguments[i] = proxy(wanted);
            } else {
                return new Object[0]; // a function can use a number or a text without a trace
            }
        }
        return arguments;
    }

    private Object proxy(Class<?> type) {
        return Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> {
                    throw touched();
                });
    }

    private void call(Object function, Method method, Object[] arguments) {
        try {
            method.setAccessible(true);
            Object result = method.invoke(function, arguments);
            if (found == null && result == arguments[0]) {
                found = INPUT;
            }
        } catch (ReflectiveOperationException | RuntimeException e) {
            // the access threw, or the argument is of another type: found says which
        }
    }

    /** Records the method above the call, and returns what the access throws. */
    private Error touched() {
        if (found == null) {
            found = STACK.walk(Probe::aboveTheCall);
        }
        return new Touched();
    }

    private static MethodCode.@Nullable Call aboveTheCall(Stream<StackWalker.StackFrame> frames) {
        List<StackWalker.StackFrame> all = frames.toList();
        for (int i = 1; i < all.size(); i++) {
            if (isTheCall(all.get(i))) {
                StackWalker.StackFrame above = all.get(i - 1);
                return new MethodCode.Call(
                        above.getClassName().replace('.', '/'),
                        above.getMethodName() + above.getDescriptor());
            }
        }
        return null; // another thread
    }

    private static boolean isTheCall(StackWalker.StackFrame frame) {
        return frame.getClassName().equals(Probe.class.getName())
                && frame.getMethodName().equals("call");
    }

    /** Thrown by an access. It is no Exception because functions catch those. */
    private static final class Touched extends Error {

        private static final long serialVersionUID = 1L;

        Touched() {
            super("The input of a function was made up", null, true, false);
        }
    }
}
