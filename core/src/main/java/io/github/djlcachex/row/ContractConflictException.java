package io.github.djlcachex.row;

/** Two contracts in one generation directory that cannot both be true. */
public final class ContractConflictException extends CacheException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param problem what it tells
     */
    public ContractConflictException(Problem problem) {
        super(problem);
    }
}
