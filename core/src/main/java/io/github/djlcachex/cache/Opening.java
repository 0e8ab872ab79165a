package io.github.djlcachex.cache;

import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.store.OpenStores;
import io.github.djlcachex.internal.store.Store;
import io.github.djlcachex.internal.store.StoreOptions;
import io.github.djlcachex.internal.store.StorePaths;
import io.github.djlcachex.internal.store.WriterPolicy;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.Problem;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The opening of a cache, as far as the system allows it.
 *
 * @param root the cache directory
 * @param moduleId the module's id
 * @param fingerprint the fingerprint
 * @param paths the directories of the generation
 * @param options the options of the store
 * @param storage the storage
 */
record Opening(
        Path root,
        String moduleId,
        String fingerprint,
        StorePaths paths,
        StoreOptions options,
        Storage storage) {

    /** Opens the cache; of a directory that is there and may only be read, for reading alone. */
    FeatureCache open(WriterPolicy policy) {
        try {
            return tryOpen(policy);
        } catch (AccessDeniedException e) {
            // A user who may only read trains as well as one whose disk is full.
            if (policy.isWritable() && Files.isDirectory(root)) {
                return openRefused(policy.refused(e));
            }
            throw failed(policy, e);
        } catch (IOException e) {
            throw failed(policy, e);
        }
    }

    private FeatureCache openRefused(WriterPolicy policy) {
        try {
            return tryOpen(policy);
        } catch (IOException e) {
            throw failed(policy, e);
        }
    }

    private FeatureCache tryOpen(WriterPolicy policy) throws IOException {
        Store store =
                OpenStores.acquire(
                        paths, moduleId, fingerprint, options, policy.isWritable(), storage);
        return new FeatureCache(root, paths, moduleId, fingerprint, policy, store);
    }

    private CacheIoException failed(WriterPolicy policy, IOException cause) {
        String readOnly = ", or open it read-only: " + WriterPolicy.READ_ONLY_OPTIONS;
        return new CacheIoException(
                Problem.of(
                        root.toString(),
                        policy.isWritable() ? "a directory to write to" : "a directory to read",
                        cause.toString(),
                        "check path and permissions" + (policy.isWritable() ? readOnly : ""),
                        cause));
    }
}
