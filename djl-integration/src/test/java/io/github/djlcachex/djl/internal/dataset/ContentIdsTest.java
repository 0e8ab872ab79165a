package io.github.djlcachex.djl.internal.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.basicdataset.nlp.TextDataset;
import ai.djl.basicdataset.tabular.CsvDataset;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.dataset.Record;
import ai.djl.translate.TranslateException;
import ai.djl.util.Progress;

import io.github.djlcachex.djl.CachedDataset;
import io.github.djlcachex.djl.Epoch;
import io.github.djlcachex.djl.Folds;
import io.github.djlcachex.djl.ImageFolders;
import io.github.djlcachex.djl.InvalidIdsException;
import io.github.djlcachex.djl.TestDataset;
import io.github.djlcachex.row.CacheIoException;

import org.apache.commons.csv.CSVFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Ids that are hashes of what is in a row, for any dataset. */
class ContentIdsTest {

    @TempDir Path directory;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    private Map<Object, String> rows(RandomAccessDataset dataset) throws Exception {
        return Epoch.rowsById(manager, CachedDataset.withContentIds(dataset), null);
    }

    @Test
    void contentIds_ofImages_followTheFileAndNotItsNameOrPlace() throws Exception {
        Path root = ImageFolders.write(directory.resolve("a"), "m", 20);
        Map<Object, String> before = rows(ImageFolders.open(root));
        assertThat(before).hasSize(20);
        assertThat(before.keySet()).allMatch(id -> ((String) id).matches("[0-9a-f]{32}"));
        Files.move(root.resolve("cat/m1000.png"), root.resolve("dog/z.png"));
        Files.move(root, directory.resolve("b"));
        ImageFolders.write(directory.resolve("b/aardvark/a.png"), 1000);
        Map<Object, String> after = rows(ImageFolders.open(directory.resolve("b")));
        assertThat(after).hasSize(21).containsAllEntriesOf(before);
    }

    @Test
    void contentIds_ofAnEditedImageOrAnotherSize_areOthers() throws Exception {
        Path root = ImageFolders.write(directory.resolve("a"), "m", 6);
        Set<Object> before = rows(ImageFolders.open(root)).keySet();
        assertThat(rows(ImageFolders.open(root, 12)).keySet()).doesNotContainAnyElementsOf(before);
        ImageFolders.write(root.resolve("cat/m1000.png"), 77);
        Set<Object> after = new HashSet<>(rows(ImageFolders.open(root)).keySet());
        after.removeAll(before);
        assertThat(after).hasSize(1);
    }

    private CsvDataset table(String content) throws IOException {
        Path csv = Files.writeString(Files.createTempFile(directory, "rows", ".csv"), content);
        return CsvDataset.builder()
                .optCsvFile(csv)
                .setCsvFormat(CSVFormat.DEFAULT.builder().setHeader().get())
                .addNumericFeature("x")
                .addNumericFeature("z")
                .addNumericLabel("y")
                .setSampling(2, false)
                .build();
    }

    @Test
    void contentIds_ofATable_areThoseOfTheFeaturesWhereverTheRecordIs() throws Exception {
        Map<Object, String> before = rows(table("x,y,z\n1,0,1\n3,0,1\n"));
        Map<Object, String> after = rows(table("x,y,z\n9,0,9\n3,1,1\n1,1,1\n"));
        assertThat(before).hasSize(2);
        assertThat(after).hasSize(3).containsAllEntriesOf(before);
    }

    /** Texts as tokens of the vocabulary that DJL makes of them. */
    private static final class Texts extends TextDataset {

        private final List<String> texts;

        Texts(NDManager manager, List<String> texts) {
            super(new TextsBuilder().optManager(manager).setSampling(2, false));
            this.texts = texts;
        }

        @Override
        public Record get(NDManager manager, long index) {
            NDArray tokens = sourceTextData.getEmbedding(manager, index);
            return new Record(new NDList(tokens), new NDList(manager.create(index)));
        }

        @Override
        protected long availableSize() {
            return texts.size();
        }

        @Override
        public void prepare(@Nullable Progress progress) throws IOException, TranslateException {
            if (!prepared) {
                sourceTextData.setEmbeddingSize(4);
                try {
                    preprocess(texts, true);
                } catch (ai.djl.modality.nlp.embedding.EmbeddingException e) {
                    throw new IOException(e);
                }
                prepared = true;
            }
        }
    }

    private static final class TextsBuilder extends TextDataset.Builder<TextsBuilder> {
        @Override
        protected TextsBuilder self() {
            return this;
        }
    }

    @Test
    void contentIds_ofTexts_areThoseOfTheirTokens() throws Exception {
        Map<Object, String> some = rows(new Texts(manager, List.of("a a a b b b", "c c c d d d")));
        assertThat(some).hasSize(2);
        assertThat(rows(new Texts(manager, List.of("a a a b b b", "c c c d d d")))).isEqualTo(some);
        // another vocabulary gives the same text other tokens: never the old text's row
        Map<Object, String> others =
                rows(new Texts(manager, List.of("q q q q q q", "b b b a a a", "c c c d d d")));
        others.forEach((id, row) -> assertThat(some.getOrDefault(id, row)).isEqualTo(row));
    }

    private ArrayDataset arrays(float... values) {
        NDArray rows = manager.create(values).reshape(values.length, 1);
        return new ArrayDataset.Builder()
                .setData(rows)
                .optLabels(rows)
                .setSampling(3, true)
                .build();
    }

    @Test
    void contentIds_ofArraysAndTheirParts_areThoseOfTheRow() throws Exception {
        ArrayDataset whole = arrays(5, 6, 7, 8, 9, 10, 11);
        Map<Object, String> all = rows(whole);
        assertThat(all).hasSize(7);
        assertThat(all).containsAllEntriesOf(rows(whole.subDataset(2, 6)));
        assertThat(all).containsAllEntriesOf(rows(whole.subDataset(List.of(6L, 0L, 3L))));
        assertThat(rows(arrays(11, 4, 5)).keySet()).filteredOn(all::containsKey).hasSize(2);
        Folds folds = Folds.of(CachedDataset.withContentIds(whole), 3, 1);
        for (int i = 0; i < 3; i++) {
            assertThat(all)
                    .containsAllEntriesOf(Epoch.rowsById(manager, folds.get(i).train(), null));
        }
    }

    /** Rows of one value in any type and shape. */
    private static final class Rows extends TestDataset {

        private final List<NDArray> rows;
        private final AtomicInteger reads = new AtomicInteger();

        Rows(List<NDArray> rows) {
            super(rows.size(), 1);
            this.rows = rows;
        }

        @Override
        public Record get(NDManager manager, long index) throws IOException {
            reads.incrementAndGet();
            if (index >= rows.size()) {
                throw new IOException("no such file");
            }
            NDArray row = rows.get((int) index).duplicate();
            row.attach(manager);
            return new Record(new NDList(row), new NDList(manager.create(index)));
        }
    }

    @Test
    void contentIds_ofEqualBytesInOtherTypesOrShapes_areOthers() throws Exception {
        NDArray zeros = manager.zeros(new Shape(4), DataType.FLOAT32);
        assertThat(
                        rows(
                                new Rows(
                                        List.of(
                                                zeros,
                                                zeros.reshape(2, 2),
                                                zeros.reshape(1, 4),
                                                zeros.toType(DataType.INT32, true),
                                                manager.zeros(new Shape(2), DataType.INT64)))))
                .hasSize(5);
    }

    @Test
    void contentIds_inLaterEpochs_areRememberedAndTheSameUnderThreads() throws Exception {
        Rows data =
                new Rows(
                        List.of(
                                manager.create(new float[] {1}),
                                manager.create(new float[] {2}),
                                manager.create(new float[] {3})));
        CachedDataset cached = CachedDataset.withContentIds(data);
        Collection<Object> first = Epoch.rowsById(manager, cached, null).keySet();
        int readsOfFirst = data.reads.get();
        assertThat(Epoch.rowsById(manager, cached, null).keySet()).isEqualTo(first);
        assertThat(data.reads.get()).isEqualTo(readsOfFirst + 3); // those of DJL itself
        ExecutorService executor = Executors.newFixedThreadPool(3);
        try {
            assertThat(Epoch.rowsById(manager, cached, executor).keySet()).isEqualTo(first);
        } finally {
            executor.shutdown();
        }
    }

    @Test
    void contentIds_ofAFileThatIsGone_areATypedException() throws Exception {
        Path root = ImageFolders.write(directory.resolve("a"), "m", 2);
        ai.djl.basicdataset.cv.classification.ImageFolder folder = ImageFolders.open(root);
        ContentIds ids = new ContentIds(folder);
        folder.prepare();
        ids.begin(manager);
        Files.delete(root.resolve("cat/m1000.png"));
        assertThatThrownBy(() -> ids.keys(new long[] {0, 1}))
                .isInstanceOf(CacheIoException.class)
                .hasMessageContaining("row");
        assertThatThrownBy(() -> ids.keys(new long[] {2})).isInstanceOf(InvalidIdsException.class);
    }
}
