package io.github.djlcachex.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.row.InvalidOptionException;

import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** The rules that hold for every setter, found by reflection: a new one is tested too. */
@NullUnmarked
class FeatureCacheBuilderTest {

    /** Two legal values of each type of parameter. */
    private static final Map<Class<?>, List<Object>> VALUES =
            Map.of(
                    Path.class, List.of(Path.of("a"), Path.of("b")),
                    String.class, List.of("a", "b"),
                    Duration.class, List.of(Duration.ofHours(5), Duration.ofHours(6)),
                    long.class, List.of(4096L, 8192L),
                    int.class, List.of(3, 4),
                    boolean.class, List.of(true, false));

    static Stream<Method> setters() {
        return Arrays.stream(FeatureCacheBuilder.class.getMethods())
                .filter(method -> method.getReturnType() == FeatureCacheBuilder.class)
                .filter(method -> !Modifier.isStatic(method.getModifiers()));
    }

    static Stream<Method> settersOfReferences() {
        return setters().filter(setter -> !setter.getParameterTypes()[0].isPrimitive());
    }

    private static FeatureCacheBuilder call(FeatureCacheBuilder builder, Method setter, int which)
            throws Throwable {
        Object[] values =
                Arrays.stream(setter.getParameterTypes())
                        .map(type -> valuesOf(type).get(which))
                        .toArray();
        if (setter.getName().equals("rank")) {
            values = new Object[] {which, 2}; // the rank is below the number of ranks
        }
        if (setter.getName().equals("storeAs") && values.length == 2) {
            values[0] = valuesOf(setter.getParameterTypes()[0]).get(0); // the same column
        }
        return call(builder, setter, values);
    }

    private static FeatureCacheBuilder call(
            FeatureCacheBuilder builder, Method setter, Object... values) throws Throwable {
        try {
            return (FeatureCacheBuilder) setter.invoke(builder, values);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static List<Object> valuesOf(Class<?> type) {
        return type.isEnum()
                ? List.<Object>of(type.getEnumConstants())
                : Objects.requireNonNull(VALUES.get(type));
    }

    @Test
    void setters_areAllFound() {
        assertThat(setters()).hasSizeGreaterThanOrEqualTo(21);
        assertThat(settersOfReferences()).hasSizeGreaterThanOrEqualTo(8);
    }

    @ParameterizedTest
    @MethodSource("settersOfReferences")
    void setter_ofNull_isRefusedByName(Method setter) {
        FeatureCacheBuilder builder = FeatureCache.builder();
        Object[] nothing = new Object[setter.getParameterCount()];
        assertThatThrownBy(() -> call(builder, setter, nothing))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContainingAll(setter.getName(), "null");
    }

    @ParameterizedTest
    @MethodSource("setters")
    void setter_calledTwice_takesTheSameValueAndRefusesAnother(Method setter) throws Throwable {
        FeatureCacheBuilder builder = FeatureCache.builder();
        assertThat(call(builder, setter, 0)).isSameAs(builder);
        assertThat(call(builder, setter, 0)).isSameAs(builder);
        assertThatThrownBy(() -> call(builder, setter, 1))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContainingAll(setter.getName(), "one value");
    }
}
