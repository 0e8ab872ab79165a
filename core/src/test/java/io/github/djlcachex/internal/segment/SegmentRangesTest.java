package io.github.djlcachex.internal.segment;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Collections;
import java.util.List;
import java.util.Set;

/** Sets of segment names as they stand in footers. */
class SegmentRangesTest {

    private static final List<WriterId> WRITERS = List.of(WriterId.draw(), WriterId.draw());

    /** Name number n is of the writer n % 2. */
    private static SegmentName name(int number) {
        return new SegmentName(WRITERS.get(number % 2), number / 2);
    }

    private static SegmentRanges ranges(Set<Integer> numbers) {
        return SegmentRanges.of(numbers.stream().map(SegmentRangesTest::name).toList());
    }

    @Property(tries = 300)
    void ranges_ofAnyNames_areTheSetOfThem(
            @ForAll @Size(max = 20) Set<@IntRange(max = 40) Integer> some,
            @ForAll @Size(max = 20) Set<@IntRange(max = 40) Integer> others) {
        SegmentRanges ranges = ranges(some);
        for (int i = 0; i <= 40; i++) {
            assertThat(ranges.contains(name(i))).as("%s", i).isEqualTo(some.contains(i));
        }
        assertThat(ranges.meets(ranges(others))).isEqualTo(!Collections.disjoint(some, others));
        assertThat(ranges.isEmpty()).isEqualTo(some.isEmpty());
        Set<Integer> both = new java.util.HashSet<>(some);
        both.addAll(others);
        assertThat(ranges.plus(ranges(others)))
                .isEqualTo(ranges(both))
                .hasToString(ranges(both).toString());
        assertThat(SegmentRanges.parse(ranges.toString())).contains(ranges);
    }

    @Test
    void ranges_ofAThousandNamesOfOneWriter_areOneRange() {
        SegmentRanges ranges =
                SegmentRanges.of(
                        java.util.stream.IntStream.range(0, 1000)
                                .mapToObj(i -> new SegmentName(WRITERS.get(0), i))
                                .toList());
        assertThat(ranges).hasToString(WRITERS.get(0) + ":0-999");
    }

    @Test
    void forgedRange_ofABillionNames_takesNoMemory() {
        String forged = WRITERS.get(0) + ":0-" + "9".repeat(18);
        SegmentRanges ranges = SegmentRanges.parse(forged).orElseThrow();
        assertThat(ranges.contains(new SegmentName(WRITERS.get(0), 123_456_789_012L))).isTrue();
        assertThat(ranges.meets(ranges(Set.of(1)))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ";",
                ":",
                "W",
                "W:",
                "W:1,",
                "W:5-1",
                "W:1,2",
                "W:3,1",
                "W:1-4,2-6",
                "W:1;W:2",
                "W:01",
                "W:1-1",
                "W:-1",
                "W:" + "9999999999999999999",
                "../x:1",
                "W:1;",
                "w:1"
            })
    void textThatIsNone_isRefused(String text) {
        String of = text.replace("W", WRITERS.get(0).toString());
        assertThat(SegmentRanges.parse(of)).as(of).isEmpty();
    }
}
