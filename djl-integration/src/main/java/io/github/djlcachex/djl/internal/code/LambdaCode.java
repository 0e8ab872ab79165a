package io.github.djlcachex.djl.internal.code;

import io.github.djlcachex.djl.internal.hash.DigestWriter;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/**
 * Finds the code that a lambda or a method reference runs.
 *
 * <p>The class file of the host class lists the instructions that create lambdas of the same
 * interface and captured types. If all of them run the same code, that is the answer. Otherwise the
 * lambda is called with a {@link Probe}, unless none of the candidates reads its input first. If
 * that gives no answer either, all candidates are part of the digest, together with the order in
 * which this process met the lambdas.
 */
public final class LambdaCode {

    private static final String MARK = "$$Lambda";

    // classes of lambdas that could not be told apart, by the digests of their candidates
    private static final Map<String, List<String>> MET = new ConcurrentHashMap<>();

    private final Class<?> type;
    private final UserCode code;

    private LambdaCode(Class<?> type, UserCode code) {
        this.type = type;
        this.code = code;
    }

    public static boolean isLambda(Class<?> type) {
        return type.isHidden() && type.getName().contains(MARK);
    }

    /** Returns the name of the host class of a lambda, and the own name of any other class. */
    public static String nameOf(Class<?> type) {
        String name = type.getName();
        return isLambda(type) ? name.substring(0, name.indexOf(MARK)) + MARK : name;
    }

    public static void add(DigestWriter out, Object lambda, UserCode code) {
        LambdaCode of = new LambdaCode(lambda.getClass(), code);
        ClassCode host = of.host();
        if (host == null) {
            out.text("unreadable");
            return;
        }
        of.add(out, lambda, host);
    }

    private @Nullable ClassCode host() {
        String name = nameOf(type);
        try {
            Class<?> host =
                    Class.forName(
                            name.substring(0, name.length() - MARK.length()),
                            false,
                            type.getClassLoader());
            return code.of(host);
        } catch (ClassNotFoundException | LinkageError e) {
            return null;
        }
    }

    private void add(DigestWriter out, Object lambda, ClassCode host) {
        Map<MethodCode.Call, String> targets = targets(host);
        if (codes(targets).size() > 1) {
            MethodCode.Call target = probe(lambda, targets.keySet());
            if (Probe.INPUT.equals(target)) {
                out.text("returns its input");
                return;
            }
            retain(targets, target);
        }
        Set<String> codes = codes(targets);
        out.number(codes.size());
        codes.forEach(out::text);
        if (codes.size() > 1) {
            out.number(order(String.join(" ", codes)));
        }
    }

    private static Set<String> codes(Map<MethodCode.Call, String> targets) {
        return new TreeSet<>(targets.values());
    }

    /** Returns how many other lambdas with the same candidates this process met before. */
    private int order(String targets) {
        List<String> met = MET.computeIfAbsent(targets, any -> new CopyOnWriteArrayList<>());
        synchronized (met) {
            if (!met.contains(type.getName())) {
                met.add(type.getName());
            }
            return met.indexOf(type.getName());
        }
    }

    /**
     * Returns which candidate a lambda runs, or null if it cannot be found out. If no candidate
     * reads its input first, the lambda is not called: it may count its calls.
     */
    private MethodCode.@Nullable Call probe(Object lambda, Collection<MethodCode.Call> targets) {
        Method method = functionOf(type);
        boolean readFirst =
                targets.stream()
                        .anyMatch(each -> InputAccess.comesFirst(type.getClassLoader(), each));
        return method != null && readFirst ? Probe.targetOf(lambda, method) : null;
    }

    /** Returns the candidates with the digests of their code. */
    private Map<MethodCode.Call, String> targets(ClassCode host) {
        String site = ClassCode.siteOf(type);
        Map<MethodCode.Call, String> targets = new HashMap<>();
        for (ClassCode.LambdaSite each : host.lambdas()) {
            if (each.descriptor().equals(site)) {
                MethodCode.Call call = MethodCode.Call.to(each.target());
                byte[] digest = code.digestOf(type.getClassLoader(), call);
                targets.put(call, HexFormat.of().formatHex(digest));
            }
        }
        return targets;
    }

    /** Keeps the candidate that was found. A call may name a subclass of the declaring class. */
    private static void retain(
            Map<MethodCode.Call, String> targets, MethodCode.@Nullable Call target) {
        if (target == null) {
            return;
        }
        Predicate<MethodCode.Call> found =
                targets.containsKey(target)
                        ? target::equals
                        : each -> each.key().equals(target.key());
        if (targets.keySet().stream().anyMatch(found)) {
            targets.keySet().removeIf(found.negate());
        }
    }

    /** Returns the one abstract method of a lambda's interface. */
    private static @Nullable Method functionOf(Class<?> type) {
        List<Method> methods =
                Arrays.stream(type.getInterfaces()[0].getMethods())
                        .filter(method -> Modifier.isAbstract(method.getModifiers()))
                        .filter(method -> !isOfObject(method))
                        .toList();
        return methods.size() == 1 ? methods.get(0) : null;
    }

    private static boolean isOfObject(Method method) {
        return Arrays.stream(Object.class.getMethods())
                .anyMatch(
                        each ->
                                each.getName().equals(method.getName())
                                        && Arrays.equals(
                                                each.getParameterTypes(),
                                                method.getParameterTypes()));
    }
}
