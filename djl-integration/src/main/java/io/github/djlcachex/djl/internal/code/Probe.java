package io.github.djlcachex.djl.internal.code;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.stream.Stream;

/**
 * A call of a function with an argument that cannot be read, to see which method it runs.
 *
 * <p>The JVM tells of no lambda which method it calls. But the first access to the argument is seen
 * from below: its stack has that method right above the call. The access throws, so the function
 * computes nothing. Only for functions that do nothing before, see {@link InputAccess}.
 */
final class Probe {

    /** What stands for a function that returns its input and does not look at it. */
    static final MethodCode.Call INPUT = new MethodCode.Call("", "input");

    // without the classes, some JVMs refuse the descriptors of methods
    private static final StackWalker STACK =
            StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

    private MethodCode.@Nullable Call found;

    /**
     * Returns the method that a function runs, or null if its input tells nothing.
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
                return new Object[0]; // a number or a text could be used without a trace
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
            // the access threw, or the argument has another type: found says which
        }
    }

    /** Notes the method above the call, and returns what the access throws. */
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

    /** What an access throws: no Exception, since functions catch those. */
    private static final class Touched extends Error {

        private static final long serialVersionUID = 1L;

        Touched() {
            super("The input of a function was made up", null, true, false);
        }
    }
}
