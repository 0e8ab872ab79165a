package io.github.djlcachex.internal.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.stream.Stream;

/** What is forced while more is written, and what becomes of a failure. */
class ChannelFileTest {

    private static final int MANY = ChannelFile.FORCED_BYTES;

    private final ForcedChannel channel = new ForcedChannel();
    private final ChannelFile file = new ChannelFile(channel);

    private void write(int bytes) throws IOException {
        file.writeFully(ByteBuffer.allocate(bytes));
        file.forceSoon();
    }

    @Test
    void write_ofManyBytes_isForcedByAnotherThread() throws Exception {
        write(MANY);
        channel.begun.acquire();
        assertThat(channel.forcedBy()).doesNotContain(Thread.currentThread());
    }

    @Test
    void write_ofFewBytes_isForcedWhenAskedFor() throws Exception {
        write(MANY - 1);
        file.force();
        assertThat(channel.forcedBy()).containsExactly(Thread.currentThread());
    }

    @Test
    void write_whileAnEarlierOneIsForced_isForcedLater() throws Exception {
        channel.mayEnd.drainPermits();
        write(MANY);
        channel.begun.acquire();
        write(MANY);
        channel.mayEnd.release(Integer.MAX_VALUE / 2);
        file.force();
        assertThat(channel.forcedBy()).hasSize(2);
    }

    static Stream<Throwable> failures() {
        return Stream.of(new IOException("the disk is gone"), new OutOfMemoryError("injected"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void force_afterOneInTheBackgroundFailed_fails(Throwable failure) throws Exception {
        channel.failure = failure;
        write(MANY);
        channel.begun.acquire();
        channel.failure = null; // the system says it once
        write(MANY);
        assertThatThrownBy(file::force).isInstanceOf(IOException.class).hasCause(failure);
        assertThat(channel.forcedBy()).hasSize(1);
    }
}
