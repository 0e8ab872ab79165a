package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.internal.index.RowIndex;
import io.github.djlcachex.internal.segment.Contract;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Map;
import java.util.stream.IntStream;

/** An error of a truncated file that reaches the reader where it does not read. */
class RowReaderTest {

    private static final int ROWS = 40;
    private static final int FAILING_POSITION = 17;

    /** Counts whose JVM reports an earlier read's error while a miss is noted. */
    private static final class LateError extends ReadCounts {
        private final boolean afterNoting;
        private boolean thrown;

        LateError(boolean afterNoting) {
            this.afterNoting = afterNoting;
        }

        @Override
        void miss(int position) {
            if (afterNoting) {
                super.miss(position);
            }
            if (position == FAILING_POSITION && !thrown) {
                thrown = true;
                throw new InternalError("a fault occurred in an unsafe memory access operation");
            }
            if (!afterNoting) {
                super.miss(position);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void read_errorWhileAMissIsNoted_leavesNoPositionOutAndNamesNoneTwice(boolean afterNoting) {
        Keys keys = TestRows.range(0, ROWS);
        LateError counts = new LateError(afterNoting);
        RowReader reader = readerOfNothing(keys, counts);
        reader.read(0, ROWS);
        assertThat(counts.thrown).isTrue();
        assertThat(reader.missingPositions()).isEqualTo(IntStream.range(0, ROWS).toArray());
    }

    private static RowReader readerOfNothing(Keys keys, ReadCounts counts) {
        SourceTable sources = new SourceTable();
        Contract contract = new Contract(Caches.MODULE, "", KeyType.INT64, Caches.ROWS.schema(), 0);
        Generation.State state =
                new Generation.State(
                        contract,
                        true,
                        RowIndex.create(KeyType.INT64, 0, sources),
                        new MemoryTier(0));
        StoreCounters counters = new StoreCounters();
        GatherContext context =
                new GatherContext(
                        new StoreOptions(Map.of()),
                        sources,
                        counters,
                        new AdaptiveReadMode(false),
                        new RejectedRows(sources, counters, file -> {}));
        RowBatch into = RowBatch.allocate(contract.schema(), keys.size());
        return new RowReader(context, state, keys, into, counts);
    }
}
