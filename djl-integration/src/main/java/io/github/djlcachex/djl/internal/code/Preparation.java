package io.github.djlcachex.djl.internal.code;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the methods of a translator that run once, before it translates. A field that only they
 * write, such as a vocabulary, is a setting.
 */
final class Preparation {

    private static final String PREPARE = "prepare(Lai/djl/translate/TranslatorContext;)V";

    private Preparation() {}

    /**
     * Returns the names and descriptors of {@code prepare} and of methods that only it calls.
     *
     * @param owner the internal name of the class
     * @param methods its methods by name and descriptor
     */
    static Set<String> methodsOf(String owner, Map<String, MethodCode> methods) {
        if (!methods.containsKey(PREPARE)) {
            return Set.of();
        }
        Set<String> preparing = new HashSet<>(Set.of(PREPARE));
        boolean grown = true;
        while (grown) {
            grown = false;
            for (String method : methods.keySet()) {
                boolean called = isCalledBy(preparing, owner, method, methods);
                grown |= called && preparing.add(method);
            }
        }
        return preparing;
    }

    private static boolean isCalledBy(
            Set<String> preparing, String owner, String method, Map<String, MethodCode> methods) {
        MethodCode.Call call = new MethodCode.Call(owner, method);
        List<String> callers =
                methods.entrySet().stream()
                        .filter(each -> each.getValue().calls().contains(call))
                        .map(Map.Entry::getKey)
                        .filter(caller -> !caller.startsWith("<init>"))
                        .toList();
        return !callers.isEmpty() && preparing.containsAll(callers);
    }
}
