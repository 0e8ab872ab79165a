package io.github.djlcachex.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.spark.internal.Leases;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** What tasks of one JVM share. */
class LeasesTest {

    private final AtomicInteger opened = new AtomicInteger();
    private final List<Integer> closed = new ArrayList<>();
    private final Leases<String, Integer> leases = new Leases<>(closed::add);

    private Leases<String, Integer>.Lease lease(String key) {
        return leases.lease(key, opened::incrementAndGet);
    }

    @Test
    void leases_ofOneKey_shareAValueThatStaysOpen() {
        var first = lease("a");
        var second = lease("a");
        assertThat(second.value()).isEqualTo(first.value());
        assertThat(lease("b").value()).isNotEqualTo(first.value());
        first.close();
        second.close();
        assertThat(lease("a").value()).isEqualTo(first.value());
        assertThat(closed).isEmpty();
    }

    @Test
    void value_thatIsLeased_isNotClosed() {
        var first = lease("a");
        var second = lease("a");
        first.closeValue();
        leases.closeIdle("a");
        assertThat(closed).isEmpty();
        second.closeValue();
        leases.closeIdle("a");
        assertThat(closed).containsExactly(1);
        assertThat(lease("a").value()).isEqualTo(2);
    }

    @Test
    void value_thatCannotBeOpened_isOpenedByTheNext() {
        assertThatThrownBy(
                        () ->
                                leases.lease(
                                        "a",
                                        () -> {
                                            throw new IllegalStateException("no");
                                        }))
                .hasMessage("no");
        assertThat(lease("a").value()).isEqualTo(1);
    }
}
