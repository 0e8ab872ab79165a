package io.github.djlcachex.internal.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A storage that has another one do the work: the base of those that change some operations. */
public abstract class ForwardingStorage implements Storage {

    private final Storage storage;

    /**
     * Creates the storage.
     *
     * @param storage the storage that does the work
     */
    protected ForwardingStorage(Storage storage) {
        this.storage = storage;
    }

    @Override
    public WritableFile create(Path file) throws IOException {
        return storage.create(file);
    }

    @Override
    public ReadableFile open(Path file) throws IOException {
        return storage.open(file);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        storage.rename(from, to);
    }

    @Override
    public void link(Path existing, Path link) throws IOException {
        storage.link(existing, link);
    }

    @Override
    public void delete(Path file) throws IOException {
        storage.delete(file);
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        return storage.list(directory);
    }

    @Override
    public boolean createDirectory(Path directory) throws IOException {
        return storage.createDirectory(directory);
    }

    @Override
    public long lastModifiedMs(Path file) throws IOException {
        return storage.lastModifiedMs(file);
    }

    @Override
    public boolean isNetworkFilesystem(Path directory) throws IOException {
        return storage.isNetworkFilesystem(directory);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        storage.forceDirectory(directory);
    }

    @Override
    public long usableBytes(Path directory) throws IOException {
        return storage.usableBytes(directory);
    }
}
