package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AdaptiveReadModeTest {

    private static final int ROWS = 32;
    private static final long BYTES = ROWS * 2048L;
    private static final long AS_MEMORY_NANOS = ROWS * 1_500L;
    private static final long AS_DISK_NANOS = ROWS * 100_000L;

    private final AdaptiveReadMode readMode = new AdaptiveReadMode(true);

    @Test
    void slow_afterThreeSlowGroups_untilAFastOne() {
        for (boolean positional : new boolean[] {true, false}) {
            note(positional, AS_DISK_NANOS, 2);
            assertThat(readMode.isDiskBound()).isFalse();
            note(positional, AS_DISK_NANOS, 10);
            assertThat(readMode.isDiskBound()).isTrue();
            note(positional, AS_MEMORY_NANOS, 1);
            assertThat(readMode.isDiskBound()).isFalse();
        }
    }

    /** All rows may be in the memory tier by now. */
    @Test
    void slow_afterABatchThatNeededNoFile_isOver() {
        note(true, AS_DISK_NANOS, 3);
        readMode.recordNoFile();
        assertThat(readMode.isDiskBound()).isFalse();
    }

    private void note(boolean positional, long nanos, int groups) {
        for (int i = 0; i < groups; i++) {
            readMode.record(positional, ROWS, BYTES, nanos);
        }
    }

    @Test
    void pace_notAdaptive_neverLeavesTheMapping() {
        AdaptiveReadMode fixed = new AdaptiveReadMode(false);
        for (int i = 0; i < 100; i++) {
            assertThat(fixed.isPositional()).isFalse();
            fixed.record(false, ROWS, BYTES, AS_DISK_NANOS);
        }
    }

    @Test
    void pace_ofAFileInMemory_takesTheMappingAfterManyFastGroups() {
        assertThat(readMode.isPositional()).isTrue();
        note(true, AS_MEMORY_NANOS, 15);
        assertThat(readMode.isPositional()).isTrue();
        note(true, AS_MEMORY_NANOS, 1);
        assertThat(readMode.isPositional()).isFalse();
        note(false, AS_MEMORY_NANOS, 10_000);
        assertThat(readMode.isPositional()).isFalse();
    }

    @Test
    void pace_withASlowGroupNowAndThen_staysWithPositionalReads() {
        for (int i = 0; i < 1000; i++) {
            note(true, AS_MEMORY_NANOS, 15);
            note(true, AS_DISK_NANOS, 1);
        }
        assertThat(readMode.isPositional()).isTrue();
    }

    @Test
    void pace_withPausesNowAndThen_staysWithTheMapping() {
        note(true, AS_MEMORY_NANOS, 16);
        for (int i = 0; i < 1000; i++) {
            note(false, AS_DISK_NANOS, 2);
            note(false, AS_MEMORY_NANOS, 1);
        }
        assertThat(readMode.isPositional()).isFalse();
    }

    @Test
    void pace_thatWasMistaken_asksForTwiceAsManyFastGroups() {
        int asked = 16;
        for (int mistake = 0; mistake < 10; mistake++) {
            note(true, AS_MEMORY_NANOS, asked - 1);
            assertThat(readMode.isPositional()).isTrue();
            note(true, AS_MEMORY_NANOS, 1);
            assertThat(readMode.isPositional()).isFalse();
            note(false, AS_DISK_NANOS, 3);
            assertThat(readMode.isPositional()).isTrue();
            asked = Math.min(1024, 2 * asked);
        }
    }

    @Test
    void pace_ofLargeRows_allowsForTheirBytes() {
        for (int i = 0; i < 16; i++) {
            readMode.record(true, 1, 150 << 10, 100_000);
        }
        assertThat(readMode.isPositional()).isFalse();
    }

    @Test
    void pace_afterVeryManyFastGroups_forgetsItsMistakes() {
        for (int mistake = 0; mistake < 10; mistake++) {
            note(true, AS_MEMORY_NANOS, 1024);
            note(false, AS_DISK_NANOS, 3);
        }
        note(true, AS_MEMORY_NANOS, 1024);
        note(false, AS_MEMORY_NANOS, 16_384);
        note(false, AS_DISK_NANOS, 3);
        note(true, AS_MEMORY_NANOS, 31);
        assertThat(readMode.isPositional()).isTrue();
        note(true, AS_MEMORY_NANOS, 1);
        assertThat(readMode.isPositional()).isFalse();
    }
}
