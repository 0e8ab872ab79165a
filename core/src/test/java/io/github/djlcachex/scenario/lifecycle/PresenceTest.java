package io.github.djlcachex.scenario.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.internal.store.Store;
import io.github.djlcachex.internal.store.StoreOption;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.testing.ChildJvm;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

import javax.management.Attribute;
import javax.management.AttributeNotFoundException;
import javax.management.MBeanFeatureInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.ReflectionException;

/** What an open store shows of itself: a line at open and at close, and a bean in JMX. */
class PresenceTest {

    private static final MBeanServer SERVER = ManagementFactory.getPlatformMBeanServer();

    @TempDir Path directory;

    private static Set<ObjectName> beans() throws Exception {
        return SERVER.queryNames(new ObjectName("io.github.djlcachex:*"), null);
    }

    private static Object value(String attribute) throws Exception {
        return SERVER.getAttribute(beans().iterator().next(), attribute);
    }

    @Test
    void jmx_byDefault_showsNothing() throws Exception {
        try (FeatureCache cache = Caches.at(directory).open()) {
            Caches.put(cache, Keys.of(1));
            assertThat(beans()).isEmpty();
        }
    }

    @Test
    void jmx_ofTwoCachesOnOneStore_isOneBeanThatTellsWhatIsTrueNow() throws Exception {
        try (FeatureCache cache = Caches.at(directory).jmx(true).open();
                FeatureCache other = Caches.at(directory).open()) {
            assertThat(beans())
                    .singleElement()
                    .satisfies(
                            name -> {
                                assertThat(name.getKeyProperty("type")).isEqualTo("FeatureCache");
                                assertThat(ObjectName.unquote(name.getKeyProperty("module")))
                                        .isEqualTo(Caches.MODULE);
                                assertThat(ObjectName.unquote(name.getKeyProperty("directory")))
                                        .isEqualTo(directory.toString());
                                assertThat(name.getKeyProperty("generation"))
                                        .isEqualTo(cache.directory().getFileName().toString());
                            });
            assertThat(value("Rows")).isEqualTo(0L);
            Caches.put(other, TestRows.range(0, 10));
            assertThat(value("WaitingRows")).isEqualTo(10L);
            cache.flush();
            RowBatch into = RowBatch.allocate(Caches.ROWS.schema(), 3);
            cache.gather(Keys.of(1, 2, 77), into);
            assertThat(value("Rows")).isEqualTo(10L);
            assertThat(value("WaitingRows")).isEqualTo(0L);
            assertThat(value("Segments")).isEqualTo(1L);
            assertThat(value("DiskHits")).isEqualTo(2L);
            assertThat(value("Misses")).isEqualTo(1L);
            assertThat(value("PersistedBytes")).isEqualTo(cache.stats().persistedBytes());
            assertThat(value("Directory")).isEqualTo(cache.directory().toString());
        }
        assertThat(beans()).isEmpty();
    }

    @Test
    void jmx_askedForEachAttribute_hasAValueOfEach() throws Exception {
        try (FeatureCache cache = Caches.at(directory).jmx(true).open()) {
            Caches.put(cache, Keys.of(4711));
            ObjectName bean = beans().iterator().next();
            String[] names =
                    Arrays.stream(SERVER.getMBeanInfo(bean).getAttributes())
                            .map(MBeanFeatureInfo::getName)
                            .toArray(String[]::new);
            assertThat(names).hasSizeGreaterThan(15).doesNotHaveDuplicates();
            List<Attribute> values = SERVER.getAttributes(bean, names).asList();
            assertThat(values).extracting(Attribute::getName).containsExactly(names);
            assertThat(values.toString()).as("no id").doesNotContain("4711");
            assertThatThrownBy(() -> SERVER.getAttribute(bean, "Other"))
                    .isInstanceOf(AttributeNotFoundException.class);
            assertThatThrownBy(() -> SERVER.setAttribute(bean, new Attribute("Rows", 1L)))
                    .isInstanceOf(AttributeNotFoundException.class);
            assertThatThrownBy(() -> SERVER.invoke(bean, "clear", null, null))
                    .isInstanceOf(ReflectionException.class);
        }
    }

    /** As two class loaders of an application server have them. */
    @Test
    void jmx_ofTwoStoresOfOneGeneration_areTwoBeans() throws Exception {
        Store first = Caches.separate(directory, Map.of(StoreOption.JMX, true));
        Store second = Caches.separate(directory, Map.of(StoreOption.JMX, true));
        assertThat(beans()).hasSize(2);
        Caches.close(first);
        assertThat(beans())
                .singleElement()
                .satisfies(name -> assertThat(name.getKeyProperty("instance")).isEqualTo("2"));
        Caches.close(second);
        assertThat(beans()).isEmpty();
    }

    @Test
    void jmx_ofAModuleIdOfAnyCharacters_isShown() throws Exception {
        String module = "a,b=c:\"*?\n\u00e9";
        try (FeatureCache cache =
                FeatureCache.builder().directory(directory).moduleId(module).jmx(true).open()) {
            assertThat(cache.rowCount()).isZero();
            assertThat(beans())
                    .singleElement()
                    .satisfies(
                            name ->
                                    assertThat(ObjectName.unquote(name.getKeyProperty("module")))
                                            .isEqualTo(module));
        }
    }

    @Test
    void store_thatIsOpenedAndClosed_logsALineForEach() throws Exception {
        Path root = directory.resolve("cache");
        try (ChildJvm child = ChildJvm.start(directory, TwoRuns.class, root)) {
            assertThat(child.awaitEnd()).isZero();
            String path = Caches.paths(root).generation().toString();
            assertThat(child.errors().lines())
                    .satisfiesExactly(
                            line -> assertThat(line).contains("opened " + path, "0 rows in 0 seg"),
                            line ->
                                    assertThat(line)
                                            .contains("closed " + path, "10 rows in 1 segments")
                                            .endsWith(720 + " bytes of rows"),
                            line -> assertThat(line).contains("opened " + path, "10 rows in 1"),
                            line -> assertThat(line).contains("closed " + path, "10 rows in 1"));
        }
    }

    /** Opens a generation twice, the first time by two caches. */
    static final class TwoRuns {
        private TwoRuns() {}

        public static void main(String[] args) {
            System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "info");
            Path root = Path.of(args[0]);
            try (FeatureCache cache = Caches.at(root).open();
                    FeatureCache other = Caches.at(root).open()) {
                Caches.put(cache, TestRows.range(0, 10));
                other.flush();
            }
            Caches.at(root).open().close();
        }
    }
}
