package io.github.djlcachex.djl.internal.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.basicdataset.cv.classification.ImageFolder;
import ai.djl.basicdataset.tabular.CsvDataset;
import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.Batch;

import io.github.djlcachex.djl.CacheBlockDecorator;
import io.github.djlcachex.djl.CacheIds;
import io.github.djlcachex.djl.CachedDataset;
import io.github.djlcachex.djl.Decorated;
import io.github.djlcachex.djl.Epoch;
import io.github.djlcachex.djl.Folds;
import io.github.djlcachex.djl.ImageFolders;
import io.github.djlcachex.djl.InvalidIdsException;
import io.github.djlcachex.djl.SpyBlock;
import io.github.djlcachex.djl.UnsupportedDatasetException;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.StringKeys;

import org.apache.commons.csv.CSVFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Ids of DJL's image folders that are the paths of the files. */
class FileIdsTest {

    @TempDir Path directory;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    private Map<Object, String> rows(Path root) throws Exception {
        return Epoch.rowsById(
                manager, CachedDataset.withFileIds(ImageFolders.open(root), "train"), null);
    }

    @Test
    void fileIds_areThePathsInTheFolder_whereverItLies() throws Exception {
        Path here = directory.resolve("here");
        Path there = directory.resolve("there/deeper/images");
        for (Path root : List.of(here, there)) {
            ImageFolders.write(root.resolve("cat/a.png"), 1);
            ImageFolders.write(root.resolve("dog/b c/d:e.png"), 2);
            ImageFolders.write(root.resolve("dog/\u00e4.png"), 3);
        }
        Map<Object, String> rows = rows(here);
        assertThat(rows.keySet())
                .containsExactly(
                        "train:cat/a.png", "train:dog/b c/d:e.png", "train:dog/\u00e4.png");
        assertThat(rows(there)).isEqualTo(rows);
        Path dotted = here.resolve("../here");
        assertThat(rows(dotted)).isEqualTo(rows);
        Path link = Files.createSymbolicLink(directory.resolve("link"), here);
        assertThat(rows(link)).isEqualTo(rows);
    }

    @Test
    void caseP2_onePngAddedInFront_leavesAllOtherIdsAsTheyAre() throws Exception {
        Path root = ImageFolders.write(directory.resolve("images"), "m", 30);
        Map<Object, String> before = rows(root);
        ImageFolders.write(root.resolve("cat/a.png"), 1000);
        ImageFolders.write(root.resolve("aardvark/z.png"), 1001);
        Map<Object, String> after = rows(root);
        assertThat(before).hasSize(30);
        assertThat(after).hasSize(32).containsAllEntriesOf(before);

        SpyBlock spy = SpyBlock.twicePlusOne();
        try (CacheBlockDecorator decorator =
                Decorated.in(directory.resolve("cache")).setBlock(spy).optMinBatchRows(1).build()) {
            for (int run = 0; run < 2; run++) {
                CachedDataset data = CachedDataset.withFileIds(ImageFolders.open(root), "train");
                assertThat(Epoch.wrongRows(decorator, manager, data)).isZero();
            }
            Files.delete(root.resolve("cat/a.png"));
            CachedDataset data = CachedDataset.withFileIds(ImageFolders.open(root), "train");
            assertThat(Epoch.wrongRows(decorator, manager, data)).isZero();
        }
        assertThat(spy.rowsRun()).isEqualTo(32);
    }

    @Test
    void fileIds_underPrefetchThreadsAndInFolds_areThoseOfTheWhole() throws Exception {
        Path root = ImageFolders.write(directory.resolve("images"), "m", 25);
        Map<Object, String> all = rows(root);
        ExecutorService executor = Executors.newFixedThreadPool(3);
        try {
            CachedDataset data = CachedDataset.withFileIds(ImageFolders.open(root), "train");
            assertThat(Epoch.rowsById(manager, data, executor)).isEqualTo(all);
        } finally {
            executor.shutdown();
        }
        Folds folds = Folds.of(CachedDataset.withFileIds(ImageFolders.open(root), "train"), 4, 9);
        for (int i = 0; i < 4; i++) {
            Map<Object, String> part = Epoch.rowsById(manager, folds.get(i).validation(), null);
            assertThat(part).isNotEmpty();
            assertThat(all).containsAllEntriesOf(part);
        }
    }

    @Test
    void fileIds_ofDecomposedNames_areComposedAndClashesRefused() throws Exception {
        String composed = "\u00e4.png";
        String decomposed = Normalizer.normalize(composed, Normalizer.Form.NFD);
        Path root = directory.resolve("images");
        ImageFolders.write(root.resolve("cat").resolve(decomposed), 1);
        assertThat(rows(root).keySet()).containsExactly("train:cat/" + composed);
        ImageFolders.write(root.resolve("cat").resolve(composed), 2);
        assertThatThrownBy(() -> rows(root))
                .isInstanceOf(InvalidIdsException.class)
                .hasMessageContainingAll(composed, decomposed, "rename");
    }

    @Test
    void fileIds_longerThanAKeyMayBe_areHashed() throws Exception {
        Path root = directory.resolve("images");
        String name = "x".repeat(200);
        for (String last : List.of("a", "b")) {
            ImageFolders.write(root.resolve("cat").resolve(name).resolve(last + ".png"), 1);
        }
        String namespace = "n".repeat(900);
        for (String given : List.of(namespace, "m".repeat(1024))) {
            Map<Object, String> rows =
                    Epoch.rowsById(
                            manager,
                            CachedDataset.withFileIds(ImageFolders.open(root), given),
                            null);
            assertThat(rows).hasSize(2);
            assertThat(rows.keySet())
                    .allSatisfy(
                            id ->
                                    assertThat(((String) id).getBytes(StandardCharsets.UTF_8))
                                            .hasSizeLessThanOrEqualTo(StringKeys.MAX_KEY_BYTES));
        }
    }

    @Test
    void withFileIds_ofOtherDatasetsAndParts_isRefusedWithTheWayOut() throws Exception {
        Path csv = Files.writeString(directory.resolve("rows.csv"), "x,y\n1,2\n3,4\n");
        CsvDataset table =
                CsvDataset.builder()
                        .optCsvFile(csv)
                        .setCsvFormat(CSVFormat.DEFAULT.builder().setHeader().get())
                        .addNumericFeature("x")
                        .addNumericLabel("y")
                        .setSampling(2, false)
                        .build();
        assertThatThrownBy(() -> CachedDataset.withFileIds(table, "train"))
                .isInstanceOf(UnsupportedDatasetException.class)
                .hasMessageContainingAll("CsvDataset", "withContentIds");
        ImageFolder folder = ImageFolders.open(ImageFolders.write(directory, "m", 4));
        folder.prepare();
        assertThatThrownBy(() -> CachedDataset.withFileIds(folder.subDataset(1, 3), "train"))
                .isInstanceOf(UnsupportedDatasetException.class)
                .hasMessageContaining("Folds");
        assertThatThrownBy(() -> CachedDataset.withFileIds(folder, " "))
                .isInstanceOf(InvalidOptionException.class);
    }

    @Test
    void fileIds_shuffledBatches_haveTheIdOfTheirImage() throws Exception {
        Path root = ImageFolders.write(directory.resolve("images"), "m", 20);
        Map<Object, String> all = rows(root);
        for (int epoch = 0; epoch < 3; epoch++) {
            assertThat(rows(root)).isEqualTo(all);
        }
        for (Batch batch :
                CachedDataset.withFileIds(ImageFolders.open(root), "t").getData(manager)) {
            assertThat(batch.getData().get(CacheIds.NAME)).isNotNull();
            batch.close();
        }
    }
}
