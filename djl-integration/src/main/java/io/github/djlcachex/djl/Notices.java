package io.github.djlcachex.djl;

import ai.djl.nn.Block;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.atomic.AtomicBoolean;

/** What a decorator says once, however often it happens. */
final class Notices {

    private static final Logger logger = LoggerFactory.getLogger(CacheBlockDecorator.class);

    private final String block;
    private final boolean requireIds;
    private final AtomicBoolean saidNoIds = new AtomicBoolean();

    Notices(Block block, boolean requireIds) {
        this.block = block.getClass().getSimpleName();
        this.requireIds = requireIds;
    }

    /**
     * Says that a batch has no ids.
     *
     * @throws InvalidIdsException if ids are required
     */
    void noIds() {
        String advice =
                "give ids by CachedDataset, CacheIdTranslator, CacheIds.attach or CacheIds.scope, or"
                        + " point optIdInput to them";
        if (requireIds) {
            throw new InvalidIdsException("batch", "an id for each row", "no ids", advice);
        }
        if (saidNoIds.compareAndSet(false, true)) {
            logger.warn("A batch for {} has no ids and runs uncached; {}.", block, advice);
        }
    }
}
