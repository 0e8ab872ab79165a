package io.github.djlcachex.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.djl.CacheBlockDecorator;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/** The jars of the modules before this one, as users get them. */
class ModuleNamesTest {

    private static ModuleDescriptor of(Class<?> type) throws Exception {
        return ModuleFinder.of(jar(type)).findAll().iterator().next().descriptor();
    }

    private static Path jar(Class<?> type) throws Exception {
        Path jar = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        boolean packaged = Files.isRegularFile(jar);
        if (!packaged) {
            System.err.println("NOT TESTED here: module names: there is no jar before `package`");
        }
        Assumptions.assumeTrue(packaged);
        return jar;
    }

    @Test
    void jars_haveLicenceAndNotice() throws Exception {
        for (Class<?> type : List.of(FeatureCache.class, CacheBlockDecorator.class)) {
            try (JarFile jar = new JarFile(jar(type).toFile())) {
                assertThat(jar.stream().map(JarEntry::getName))
                        .contains("META-INF/LICENSE", "META-INF/NOTICE");
            }
        }
    }

    @Test
    void core_isAModule_exportsWhatIsPromised() throws Exception {
        ModuleDescriptor module = of(FeatureCache.class);
        assertThat(module.name()).isEqualTo("io.github.djlcachex.core");
        assertThat(module.isAutomatic()).isFalse();
        assertThat(module.exports())
                .filteredOn(exported -> !exported.isQualified())
                .extracting(ModuleDescriptor.Exports::source)
                .containsExactlyInAnyOrder("io.github.djlcachex.cache", "io.github.djlcachex.row");
        assertThat(module.requires().stream().map(ModuleDescriptor.Requires::name))
                .contains("com.github.benmanes.caffeine", "org.slf4j");
    }

    @Test
    void djlIntegration_isAutomatic_keepsItsName() throws Exception {
        ModuleDescriptor module = of(CacheBlockDecorator.class);
        assertThat(module.name()).isEqualTo("io.github.djlcachex.djl");
        assertThat(module.packages())
                .contains("io.github.djlcachex.djl", "io.github.djlcachex.tensor")
                .allMatch(
                        name ->
                                name.startsWith("io.github.djlcachex.djl")
                                        || name.equals("io.github.djlcachex.tensor"));
    }
}
