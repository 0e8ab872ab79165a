package io.github.djlcachex.interop;

import io.github.djlcachex.cache.FeatureCache;

import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/** What tests of imports have: a cache directory, and one for the files of other tools. */
abstract class ImportTest {

    @TempDir Path directory;
    @TempDir Path files;

    FeatureCache open(String module) {
        return FeatureCache.builder().directory(directory).moduleId(module).open();
    }

    static CacheImporter importer(FeatureCache to, FileFormat format, Path source) {
        return CacheImporter.builder().cache(to).format(format).source(source);
    }
}
