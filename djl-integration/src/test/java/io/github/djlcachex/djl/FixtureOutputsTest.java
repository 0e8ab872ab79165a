package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** The exact outputs of the fixture modules, through the decorator. */
class FixtureOutputsTest {

    /** Modules that break the rules on purpose, and two whose last bits depend on the CPU. */
    private static final Set<String> OTHERS =
            Set.of(
                    "to_bfloat16",
                    "to_int16",
                    "to_complex64",
                    "wrong_batch_dependent",
                    "wrong_aggregate",
                    "wrong_stateful",
                    "mlp",
                    "digits_extractor");

    @TempDir Path directory;

    static Stream<String> exact() {
        return Fixture.names().stream().filter(name -> !OTHERS.contains(name));
    }

    private static NDList run(Fixture fixture, CacheBlockDecorator decorator) {
        long[] ids = LongStream.range(0, fixture.rows()).toArray();
        return Decorated.run(decorator, fixture.manager(), CacheIds.attach(fixture.inputs(), ids));
    }

    private static void assertExact(Fixture fixture, NDList outputs) {
        List<Fixture.Output> expected = fixture.outputs();
        assertThat(outputs).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            Fixture.Output output = expected.get(i);
            NDArray found = output.name().isEmpty() ? outputs.get(i) : outputs.get(output.name());
            assertThat(found.getDataType()).isEqualTo(output.type());
            assertThat(found.getShape()).isEqualTo(output.shape());
            assertThat(Bits.hex(found)).isEqualTo(output.hex());
            assertThat(found.getManager()).isSameAs(fixture.manager());
        }
    }

    @ParameterizedTest
    @MethodSource("exact")
    void forward_coldThenHotThenReopened_givesTheExactOutputs(String name) {
        try (Fixture fixture = Fixture.of(name)) {
            List<String> names;
            try (CacheBlockDecorator decorator = Decorated.of(fixture.block(), directory)) {
                NDList cold = run(fixture, decorator);
                assertExact(fixture, cold);
                NDList hot = run(fixture, decorator);
                assertExact(fixture, hot);
                names = cold.stream().map(a -> String.valueOf(a.getName())).toList();
                assertThat(decorator.stats().misses()).isEqualTo(fixture.rows());
                assertThat(decorator.stats().hits()).isEqualTo(fixture.rows());
            }
            try (CacheBlockDecorator decorator = Decorated.of(fixture.block(), directory)) {
                NDList warm = run(fixture, decorator);
                assertExact(fixture, warm);
                assertThat(warm.stream().map(a -> String.valueOf(a.getName())).toList())
                        .isEqualTo(names);
                assertThat(decorator.stats().misses()).isZero();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("exact")
    void forward_switchedOff_givesTheExactOutputs(String name) {
        try (Fixture fixture = Fixture.of(name);
                CacheBlockDecorator decorator = Decorated.of(fixture.block(), directory)) {
            decorator.setEnabled(false);
            assertExact(fixture, run(fixture, decorator));
            assertThat(decorator.cache().rowCount()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mlp", "digits_extractor"})
    void forward_moduleWithMatrixProducts_givesTheBitsOfTheUndecoratedBlock(String name) {
        try (Fixture fixture = Fixture.of(name)) {
            NDList plain = new NDList();
            for (int i = 0; i < 3; i++) {
                // the engine fuses layers within the first runs
                plain = Decorated.run(fixture.block(), fixture.manager(), fixture.inputs());
            }
            NDArray expected = fixture.expected();
            assertThat(plain.head().allClose(expected, 1e-4, 1e-5, false)).isTrue();
            for (int opening = 0; opening < 2; opening++) {
                try (CacheBlockDecorator decorator =
                        Decorated.in(directory)
                                .setBlock(fixture.block())
                                .optMinBatchRows(1)
                                .build()) {
                    assertThat(Bits.hex(run(fixture, decorator))).isEqualTo(Bits.hex(plain));
                    assertThat(Bits.hex(run(fixture, decorator))).isEqualTo(Bits.hex(plain));
                    assertThat(decorator.stats().misses())
                            .isEqualTo(opening == 0 ? fixture.rows() : 0);
                }
            }
        }
    }

    @Test
    void forward_dictOutput_restoresNamesInOrder() {
        try (Fixture fixture = Fixture.of("dict_out");
                CacheBlockDecorator decorator = Decorated.of(fixture.block(), directory)) {
            NDList plain = Decorated.run(fixture.block(), fixture.manager(), fixture.inputs());
            List<String> names = plain.stream().map(NDArray::getName).toList();
            assertThat(names).containsExactlyInAnyOrder("pooled", "features", "argmax", "mask");
            NDList cold = run(fixture, decorator);
            NDList hot = run(fixture, decorator);
            assertThat(cold.stream().map(NDArray::getName).toList()).isEqualTo(names);
            assertThat(hot.stream().map(NDArray::getName).toList()).isEqualTo(names);
        }
    }
}
