package io.github.djlcachex.cache;

import io.github.djlcachex.internal.store.Claims;

/**
 * RowClaims are missing rows that one thread is about to compute, so that no other thread of the
 * process computes them too.
 *
 * <pre>{@code
 * RowClaims claims = cache.claim(keys, missing);
 * try (claims) {
 *     // look up claims.positions() again, compute those that are still missing, and put them
 * }
 * claims.awaitOthers();
 * // look up again: what is missing now was not stored, and is to be claimed anew
 * }</pre>
 *
 * <p>{@link FeatureCache#computeMissing(io.github.djlcachex.row.Keys, RowFunction)} does all of
 * this. Claims are for code that runs batches of its own. Threads that claim rows never deadlock: a
 * thread waits only while it holds no claims, and a thread that claims rows while it holds claims
 * is given all of them. The claims of one call are for one thread.
 */
public final class RowClaims implements AutoCloseable {

    private final Claims claims;

    RowClaims(Claims claims) {
        this.claims = claims;
    }

    /**
     * Returns the positions of the rows that this thread is to compute. Another thread may have
     * stored some of them between the lookup and the claim: they are looked up again first.
     *
     * @return the positions, ascending; the caller may keep the array
     */
    public int[] positions() {
        return claims.positions();
    }

    /**
     * Releases the claims: by now the rows are in the cache, or could not be computed. A second
     * call does nothing.
     */
    @Override
    public void close() {
        claims.release();
    }

    /**
     * Releases the claims, and waits until other threads have released the rows that they had
     * claimed before. An interrupt does not end the wait, and is kept.
     */
    public void awaitOthers() {
        claims.awaitOthers();
    }
}
