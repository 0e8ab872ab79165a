package io.github.djlcachex.internal.io;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.stream.IntStream;

class AtomicBitsTest {

    @Test
    void get_tellsTheBitsThatWereSetAndNoOthers() {
        AtomicBits bits = new AtomicBits(130);

        IntStream.of(0, 63, 64, 129, 64).forEach(bits::set);

        assertThat(IntStream.range(0, 130).filter(bits::get)).containsExactly(0, 63, 64, 129);
    }
}
