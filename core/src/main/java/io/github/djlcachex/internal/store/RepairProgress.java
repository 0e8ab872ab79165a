package io.github.djlcachex.internal.store;

/**
 * A RepairProgress passes on how far a repair is: the check of all files, then the damaged ones,
 * which are read again.
 */
final class RepairProgress implements VerifyPlan.Progress {

    private final VerifyPlan.Progress told;
    private long bytes;
    private long of;

    RepairProgress(VerifyPlan.Progress told) {
        this.told = told;
    }

    @Override
    public void read(long bytes, long of) {
        this.bytes = bytes;
        this.of = of;
        told.read(bytes, of);
    }

    /** Adds bytes that are to be read again. */
    void expect(long more) {
        of += more;
    }

    void readAgain(long more) {
        read(Math.min(bytes + more, of), of);
    }
}
