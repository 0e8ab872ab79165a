package io.github.djlcachex.djl.internal.code;

import io.github.djlcachex.djl.internal.hash.DigestWriter;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The users' Java code that a block runs, as far as class files show it.
 *
 * <p>A method is part of the digest together with the users' methods that it calls, directly or
 * not. Methods of the JDK, of DJL and of this library are part of it by their names. A method that
 * the compiler named, such as the body of a lambda, is part of it without its name, which changes
 * with the code around it.
 */
public final class UserCode {

    // a block that calls into a large library is cut off here; further methods are named only
    private static final int MAX_METHODS = 2_000;

    private static final List<String> PLATFORM =
            List.of("java.", "javax.", "jdk.", "sun.", "com.sun.", "ai.djl.", "org.slf4j.");

    private final Map<Class<?>, @Nullable ClassCode> classes = new HashMap<>();
    private final Set<String> names = new LinkedHashSet<>();

    /** Tells whether a class belongs neither to the JDK nor to DJL nor to this library. */
    public static boolean isUsers(Class<?> type) {
        return PLATFORM.stream().noneMatch(type.getName()::startsWith) && !isOurs(type);
    }

    private static boolean isOurs(Class<?> type) {
        return type.getName().startsWith("io.github.djlcachex.")
                && Objects.equals(
                        type.getProtectionDomain().getCodeSource(),
                        UserCode.class.getProtectionDomain().getCodeSource());
    }

    /** Returns the name of a class for the warning. */
    public static String describe(Class<?> type) {
        String name = LambdaCode.nameOf(type);
        int mark = name.indexOf("$$Lambda");
        return mark < 0 ? name : "a lambda of " + name.substring(0, mark);
    }

    /** Tells whether a field holds the outer object of an inner class that never reads it. */
    public boolean isUnusedOuter(Field field) {
        if (!field.isSynthetic() || !field.getName().startsWith("this$")) {
            return false;
        }
        ClassCode declaring = of(field.getDeclaringClass());
        return declaring != null && !declaring.readsOuter();
    }

    /**
     * Tells whether methods of a user's class may assign a field or change the collection in it. If
     * the class file cannot be read, every field that is not final may change.
     */
    public boolean changes(Field field) {
        Class<?> declaring = field.getDeclaringClass();
        if (!isUsers(declaring) || LambdaCode.isLambda(declaring)) {
            return false;
        }
        ClassCode read = of(declaring);
        return read == null
                ? !Modifier.isFinal(field.getModifiers())
                : read.changing().contains(field.getName());
    }

    /** Adds a name to the warning about users' code. */
    public void name(String name) {
        names.add(name);
    }

    public List<String> names() {
        return List.copyOf(names);
    }

    @Nullable ClassCode of(Class<?> type) {
        return classes.computeIfAbsent(type, ClassCode::read);
    }

    /** Adds all methods of a user's class and of the users' classes that it extends. */
    public void addClass(DigestWriter out, Class<?> type) {
        Closure closure = new Closure(out, type.getClassLoader());
        for (Class<?> at = type; at != null && isUsers(at); at = at.getSuperclass()) {
            ClassCode code = of(at);
            out.text(at.getName()).text(code == null ? "unreadable" : "methods");
            if (code != null) {
                closure.addAll(code);
            }
        }
    }

    /** Returns the digest of a method and of all that it calls. */
    byte[] digestOf(@Nullable ClassLoader loader, MethodCode.Call method) {
        DigestWriter out = new DigestWriter();
        new Closure(out, loader).add(method);
        return out.finish();
    }

    /** The methods that are reached from the first one, in order. */
    private final class Closure {

        private final DigestWriter out;
        private final @Nullable ClassLoader loader;
        private final Map<MethodCode.Call, Integer> reached = new HashMap<>();

        Closure(DigestWriter out, @Nullable ClassLoader loader) {
            this.out = out;
            this.loader = loader;
        }

        void addAll(ClassCode code) {
            code.methods()
                    .forEach(
                            (key, method) -> {
                                if (!method.synthetic()) { // lambda bodies are reached from the
                                    // methods that create them
                                    add(new MethodCode.Call(code.name(), key));
                                }
                            });
        }

        void add(MethodCode.Call root) {
            List<MethodCode.Call> pending = new ArrayList<>(List.of(root));
            while (!pending.isEmpty()) {
                MethodCode.Call call = pending.remove(pending.size() - 1);
                Integer before = reached.putIfAbsent(call, reached.size());
                if (before != null) {
                    out.text("again").number(before);
                    continue;
                }
                MethodCode code = reached.size() > MAX_METHODS ? null : find(call);
                if (code == null || !code.synthetic()) {
                    out.text(call.owner()).text(call.key());
                }
                if (code != null) {
                    out.text(code.digest());
                    for (int i = code.calls().size() - 1; i >= 0; i--) {
                        pending.add(code.calls().get(i));
                    }
                }
            }
        }

        /** Returns the code of a method, or null if its name represents it. */
        private @Nullable MethodCode find(MethodCode.Call call) {
            if (call.owner().startsWith("[")) {
                return null; // the clone method of an array
            }
            try {
                String name = call.owner().replace('/', '.');
                return find(Class.forName(name, false, loader), call.key());
            } catch (ClassNotFoundException | LinkageError e) {
                return null; // code that cannot be loaded cannot run either
            }
        }

        private @Nullable MethodCode find(@Nullable Class<?> type, String key) {
            if (type == null || !(isUsers(type) || key.startsWith("lambda$"))) {
                return null;
            }
            ClassCode code = of(type);
            MethodCode method = code == null ? null : code.methods().get(key);
            if (method != null) {
                return method;
            }
            MethodCode inherited = find(type.getSuperclass(), key);
            for (Class<?> each : type.getInterfaces()) {
                inherited = inherited == null ? find(each, key) : inherited;
            }
            return inherited;
        }
    }
}
