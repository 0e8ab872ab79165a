package io.github.djlcachex.internal.index;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SlotTableTest {

    @Test
    void rebuilt_ofAFullTable_isTwiceAsLarge() {
        SlotTable table = new SlotTable(1024);
        for (long key = 1; !table.isFull(); key++) {
            int slot = table.firstSlot(key);
            while (table.address(slot) != Address.NONE) {
                slot = table.nextSlot(slot);
            }
            table.fill(slot, key, Address.of(0, (int) key));
        }
        assertThat(table.rebuilt((word, any) -> true).slots()).isEqualTo(2048);
    }

    @Test
    void rebuilt_keepingNothing_isSmallAndEmpty() {
        SlotTable table = new SlotTable(4096);
        table.fill(3, 7, Address.of(0, 1));
        SlotTable rebuilt = table.rebuilt((word, any) -> false);
        assertThat(rebuilt.slots()).isEqualTo(1024);
        assertThat(rebuilt.used()).isZero();
    }
}
