package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AdaptiveReadModeTest {

    private static final int ROWS = 32;
    private static final long BYTES = ROWS * 2048L;
    private static final long AS_MEMORY_NANOS = ROWS * 1_500L;
    private static final long AS_DISK_NANOS = ROWS * 100_000L;

    private final AdaptiveReadMode pace = new AdaptiveReadMode(true);

    @Test
    void slow_afterThreeSlowGroups_untilAFastOne() {
        for (boolean positional : new boolean[] {true, false}) {
            note(positional, AS_DISK_NANOS, 2);
            assertThat(pace.slow()).isFalse();
            note(positional, AS_DISK_NANOS, 10);
            assertThat(pace.slow()).isTrue();
            note(positional, AS_MEMORY_NANOS, 1);
            assertThat(pace.slow()).isFalse();
        }
    }

    /** All rows may be in the memory tier by now. */
    @Test
    void slow_afterABatchThatNeededNoFile_isOver() {
        note(true, AS_DISK_NANOS, 3);
        pace.noteNoFile();
        assertThat(pace.slow()).isFalse();
    }

    private void note(boolean positional, long nanos, int groups) {
        for (int i = 0; i < groups; i++) {
            pace.note(positional, ROWS, BYTES, nanos);
        }
    }

    @Test
    void pace_notAdaptive_neverLeavesTheMapping() {
        AdaptiveReadMode fixed = new AdaptiveReadMode(false);
        for (int i = 0; i < 100; i++) {
            assertThat(fixed.positional()).isFalse();
            fixed.note(false, ROWS, BYTES, AS_DISK_NANOS);
        }
    }

    @Test
    void pace_ofAFileInMemory_takesTheMappingAfterManyFastGroups() {
        assertThat(pace.positional()).isTrue();
        note(true, AS_MEMORY_NANOS, 15);
        assertThat(pace.positional()).isTrue();
        note(true, AS_MEMORY_NANOS, 1);
        assertThat(pace.positional()).isFalse();
        note(false, AS_MEMORY_NANOS, 10_000);
        assertThat(pace.positional()).isFalse();
    }

    @Test
    void pace_withASlowGroupNowAndThen_staysWithPositionalReads() {
        for (int i = 0; i < 1000; i++) {
            note(true, AS_MEMORY_NANOS, 15);
            note(true, AS_DISK_NANOS, 1);
        }
        assertThat(pace.positional()).isTrue();
    }

    @Test
    void pace_withPausesNowAndThen_staysWithTheMapping() {
        note(true, AS_MEMORY_NANOS, 16);
        for (int i = 0; i < 1000; i++) {
            note(false, AS_DISK_NANOS, 2);
            note(false, AS_MEMORY_NANOS, 1);
        }
        assertThat(pace.positional()).isFalse();
    }

    @Test
    void pace_thatWasMistaken_asksForTwiceAsManyFastGroups() {
        int asked = 16;
        for (int mistake = 0; mistake < 10; mistake++) {
            note(true, AS_MEMORY_NANOS, asked - 1);
            assertThat(pace.positional()).isTrue();
            note(true, AS_MEMORY_NANOS, 1);
            assertThat(pace.positional()).isFalse();
            note(false, AS_DISK_NANOS, 3);
            assertThat(pace.positional()).isTrue();
            asked = Math.min(1024, 2 * asked);
        }
    }

    @Test
    void pace_ofLargeRows_allowsForTheirBytes() {
        for (int i = 0; i < 16; i++) {
            pace.note(true, 1, 150 << 10, 100_000);
        }
        assertThat(pace.positional()).isFalse();
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
        assertThat(pace.positional()).isTrue();
        note(true, AS_MEMORY_NANOS, 1);
        assertThat(pace.positional()).isFalse();
    }
}
