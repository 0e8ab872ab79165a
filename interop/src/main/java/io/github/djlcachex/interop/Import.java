package io.github.djlcachex.interop;

import io.github.djlcachex.interop.internal.numpy.IdArray;
import io.github.djlcachex.interop.internal.table.ColumnNames;
import io.github.djlcachex.interop.internal.table.ExpectedTypes;
import io.github.djlcachex.interop.internal.table.IdLines;
import io.github.djlcachex.interop.internal.table.IdSource;
import io.github.djlcachex.interop.internal.table.KeyColumn;
import io.github.djlcachex.interop.internal.table.Refusals;
import io.github.djlcachex.interop.internal.table.RowAssembler;
import io.github.djlcachex.interop.internal.table.RowRules;
import io.github.djlcachex.interop.spi.ColumnData;
import io.github.djlcachex.interop.spi.LeafType;
import io.github.djlcachex.interop.spi.TableReader;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** One run of an import: file after file, chunk after chunk. */
final class Import {

    private final ImportPlan plan;
    private final RowSink sink;
    private final @Nullable TransferListener listener;

    private final ColumnNames names;
    private @Nullable RowAssembler assembler;
    private long rows;
    private int filesDone;

    Import(ImportPlan plan, RowSink sink, @Nullable TransferListener listener) {
        this.plan = plan;
        this.sink = sink;
        this.names = new ColumnNames(sink.schema());
        this.listener = listener;
    }

    ImportReport run() {
        long started = System.nanoTime();
        Path at = plan.source();
        try {
            List<Path> files = plan.format().files(plan.source());
            Path ids = plan.ids();
            at = ids == null ? at : ids;
            try (IdSource idFile = ids == null ? null : idSource(ids)) {
                if (idFile != null) {
                    checkCount(files, idFile);
                }
                for (Path file : files) {
                    at = file;
                    read(file, idFile, files.size());
                    filesDone++;
                }
                if (idFile != null) {
                    idFile.checkEnd();
                }
            }
        } catch (IOException e) {
            throw Refusals.io(at, e);
        } finally {
            sink.flush();
        }
        sink.checkFlushed();
        return new ImportReport(
                rows, sink.storedRows(), filesDone, Duration.ofNanos(System.nanoTime() - started));
    }

    private static IdSource idSource(Path file) throws IOException {
        boolean isArray = String.valueOf(file.getFileName()).endsWith(".npy");
        return isArray ? new IdArray(file) : new IdLines(file);
    }

    /** Refuses, before a row is stored, ids that are not as many as the rows of files that tell. */
    private void checkCount(List<Path> files, IdSource ids) throws IOException {
        long count = 0;
        for (Path file : files) {
            try (TableReader reader = plan.format().open(file)) {
                reader.select(plan.columnsOf(reader, file));
                OptionalLong own = reader.rows();
                if (own.isEmpty()) {
                    return;
                }
                count += own.getAsLong();
            }
        }
        ids.checkCount(count);
    }

    private void read(Path file, @Nullable IdSource idFile, int files) throws IOException {
        try (TableReader reader = plan.format().open(file)) {
            String idColumn = plan.idColumnOf(reader, file);
            List<String> columns =
                    names.ordered(plan.columnsOf(reader, file), reader.hasNames(), file);
            List<String> selected = new ArrayList<>(columns);
            if (idColumn != null) {
                selected.add(0, idColumn);
            }
            reader.select(selected);
            if (!plan.format().isTyped()) {
                reader.types(idColumn != null, types(idColumn != null, columns.size()));
            }
            for (List<ColumnData> chunk = reader.next(); chunk != null; chunk = reader.next()) {
                ColumnData ids = idFile == null ? chunk.get(0) : idFile.next(chunk.get(0).rows());
                List<ColumnData> data = idColumn == null ? chunk : chunk.subList(1, chunk.size());
                String subject = idColumn == null ? "ids" : "column '" + idColumn + "' of " + file;
                Keys keys = KeyColumn.keys(subject, ids, plan.keyType());
                sink.put(keys, assembler(reader, columns).rows(data, file.toString()));
                rows += keys.size();
                tell(file, reader, files);
            }
        }
    }

    private List<Optional<LeafType>> types(boolean hasIds, int columns) {
        List<Optional<LeafType>> types = new ArrayList<>();
        if (hasIds) {
            KeyType keys = plan.keyType() == null ? sink.keyType() : plan.keyType();
            types.add(
                    Optional.ofNullable(keys)
                            .map(type -> type == KeyType.INT64 ? LeafType.INT64 : LeafType.TEXT));
        }
        types.addAll(ExpectedTypes.of(columns, sink.schema(), plan.elementType()));
        return types;
    }

    private RowAssembler assembler(TableReader reader, List<String> columns) {
        RowAssembler made = assembler;
        if (made == null) {
            boolean hasNames = reader.hasNames() && !plan.unnamedColumns();
            RowRules rules = new RowRules(plan.elementType(), plan.variableRows(), hasNames);
            made = new RowAssembler(columns, rules, sink.schema());
            assembler = made;
        }
        return made;
    }

    private void tell(Path file, TableReader reader, int files) {
        if (listener != null) {
            OptionalLong total = files == 1 ? reader.rows() : OptionalLong.empty();
            listener.onProgress(new TransferProgress(file, rows, total, filesDone, files));
        }
    }
}
