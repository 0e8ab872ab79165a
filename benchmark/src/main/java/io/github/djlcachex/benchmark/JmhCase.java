package io.github.djlcachex.benchmark;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One JMH method with the values of its parameters.
 *
 * @param benchmark the class
 * @param method the method
 * @param params the parameters that differ from their defaults
 * @param threads the threads that call it at once
 * @param jvmFlags flags for its JVM
 * @param shots how often it is called where a call is measured alone; 0 for as often as usual
 */
record JmhCase(
        Class<?> benchmark,
        String method,
        Map<String, String> params,
        int threads,
        List<String> jvmFlags,
        int shots) {

    static JmhCase of(Class<?> benchmark, String method) {
        return new JmhCase(benchmark, method, Map.of(), 1, List.of(), 0);
    }

    JmhCase with(String param, Object value) {
        Map<String, String> more = new LinkedHashMap<>(params);
        more.put(param, value.toString());
        return new JmhCase(benchmark, method, more, threads, jvmFlags, shots);
    }

    JmhCase method(String other) {
        return new JmhCase(benchmark, other, params, threads, jvmFlags, shots);
    }

    JmhCase threads(int number) {
        return new JmhCase(benchmark, method, params, number, jvmFlags, shots);
    }

    JmhCase jvmFlag(String flag) {
        List<String> more = new ArrayList<>(jvmFlags);
        more.add(flag);
        return new JmhCase(benchmark, method, params, threads, more, shots);
    }

    /** Another number of repetitions than usual of what is measured once. */
    JmhCase shots(int number) {
        return new JmhCase(benchmark, method, params, threads, jvmFlags, number);
    }

    @Override
    public String toString() {
        String threadText = threads == 1 ? "" : ", " + threads + " threads";
        return benchmark.getSimpleName() + "." + method + " " + params + threadText;
    }
}
