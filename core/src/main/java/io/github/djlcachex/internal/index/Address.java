package io.github.djlcachex.internal.index;

/** Where a row is, packed in a long: the number of its source, and its number there. */
public final class Address {

    /** No row. */
    public static final long NONE = 0;

    private Address() {}

    /**
     * Packs an address.
     *
     * @param source the source's number, from 0
     * @param row the row's number, from 0
     * @return the address, never {@link #NONE}
     */
    public static long of(int source, int row) {
        return (source + 1L) << Integer.SIZE | row;
    }

    /**
     * Returns the source's number.
     *
     * @param address an address
     * @return the number
     */
    public static int source(long address) {
        return (int) (address >>> Integer.SIZE) - 1;
    }

    /**
     * Returns the row's number.
     *
     * @param address an address
     * @return the number
     */
    public static int row(long address) {
        return (int) address;
    }
}
