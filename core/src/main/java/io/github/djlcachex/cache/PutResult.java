package io.github.djlcachex.cache;

/**
 * The outcome of a put. The three numbers add up to the size of the batch.
 *
 * @param stored the rows that were accepted: readable at once, durable after the next flush
 * @param ignored the rows whose key was there already, or twice in the batch
 * @param declined the rows that were not accepted: by the writer policy, a full queue, a cache that
 *     is being closed, a row too large for a segment, a process that can start no thread, or, with
 *     {@link WriteMode#SYNCHRONOUS}, because they could not be written
 */
public record PutResult(int stored, int ignored, int declined) {

    PutResult plus(PutResult other) {
        return new PutResult(
                stored + other.stored, ignored + other.ignored, declined + other.declined);
    }
}
