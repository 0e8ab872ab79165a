package io.github.djlcachex.cli;

import com.fasterxml.jackson.core.JsonGenerator;

import io.github.djlcachex.cache.CacheDirectory;
import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.GenerationInfo;
import io.github.djlcachex.cache.RowExplanation;
import io.github.djlcachex.cache.RowState;
import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;

/** The command {@code explain}: why an id is a miss. */
@Command(
        name = "explain",
        description = "Tell why ids have no row: never stored, in another generation, damaged...",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Reads the ids of every segment. A row that was evicted has left no trace. An "
                    + "integer id below zero goes behind --. Exits with 1 if an id has no row in "
                    + "MODULE."
        })
final class ExplainCommand implements Callable<Integer> {

    /** What is known of an id. */
    private record Answer(Keys keys, int position, RowExplanation row, List<String> elsewhere) {}

    @Parameters(
            index = "0",
            paramLabel = "MODULE",
            description = "The module or module@generation.")
    private String module = "";

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "ID", description = "Ids.")
    private List<String> ids = List.of();

    @Mixin private DirectoryOption option = new DirectoryOption();

    @Option(
            names = "--expire-after",
            paramLabel = "AGE",
            description = "The program's expireAfterWrite, such as 30d: no file tells it.")
    private @Nullable String expireAfter;

    @Option(names = "--format", paramLabel = "FORMAT", description = "table or json.")
    private Format format = Format.TABLE;

    private final Terminal terminal;

    ExplainCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        format.refuseCsv("explain");
        CacheDirectory directory = option.open(terminal);
        GenerationInfo generation = DirectoryOption.findOne(terminal, directory, module);
        List<Answer> answers = answers(directory, generation);
        new Answers(terminal, generation, answers).print(format);
        boolean all = answers.stream().allMatch(a -> a.row().state() == RowState.STORED);
        return all ? ExitCode.OK : ExitCode.PROBLEMS;
    }

    private List<Answer> answers(CacheDirectory directory, GenerationInfo generation) {
        List<Answer> answers = new ArrayList<>();
        Keys keys = Ids.of(generation.keyType().orElse(KeyType.UTF8), ids);
        List<RowExplanation> rows = explain(generation, keys);
        List<GenerationInfo> others =
                directory.generations().stream()
                        .filter(o -> o.moduleId().equals(generation.moduleId()))
                        .filter(o -> !o.directory().equals(generation.directory()))
                        .toList();
        List<List<String>> elsewhere = elsewhere(others, keys.size());
        for (int i = 0; i < keys.size(); i++) {
            answers.add(new Answer(keys, i, rows.get(i), elsewhere.get(i)));
        }
        return answers;
    }

    private List<RowExplanation> explain(GenerationInfo generation, Keys keys) {
        Optional<Duration> age = Optional.ofNullable(expireAfter).map(Figures::parseAge);
        try (FeatureCache cache = OpenedGeneration.readOnly(generation, age)) {
            return cache.explain(keys);
        }
    }

    /** The generations that have a row, for each id. */
    private List<List<String>> elsewhere(List<GenerationInfo> others, int size) {
        List<List<String>> elsewhere = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            elsewhere.add(new ArrayList<>());
        }
        for (GenerationInfo other : others) {
            String name = new GenerationName(other).toString();
            try {
                Keys keys = Ids.of(other.keyType().orElse(KeyType.UTF8), ids);
                List<RowExplanation> rows = explain(other, keys);
                for (int i = 0; i < size; i++) {
                    if (rows.get(i).state() == RowState.STORED) {
                        elsewhere.get(i).add(name);
                    }
                }
            } catch (CacheException | CommandFailure e) {
                terminal.error(Escapes.lines(name + " was not searched: " + e.getMessage()));
            }
        }
        return elsewhere;
    }

    /** What is known of all ids. */
    private static final class Answers extends Report {

        private final GenerationInfo generation;
        private final List<Answer> answers;

        Answers(Terminal terminal, GenerationInfo generation, List<Answer> answers) {
            super(terminal, "explain");
            this.generation = generation;
            this.answers = answers;
        }

        @Override
        void printTable() {
            answers.forEach(this::print);
        }

        private static String reason(Answer answer) {
            return Wording.plain(answer.row().reason());
        }

        private void print(Answer answer) {
            String others =
                    answer.elsewhere().isEmpty() || answer.row().state() == RowState.STORED
                            ? ""
                            : "; other generations have it: "
                                    + String.join(", ", answer.elsewhere());
            String file = answer.row().file().map(path -> ", in " + path).orElse("");
            String state = answer.row().state().name().toLowerCase(Locale.ROOT).replace('_', ' ');
            String id = Ids.text(answer.keys(), answer.position());
            new Paragraphs(terminal(), 2)
                    .print("", 0, id + ": " + state + ", " + reason(answer) + file + others);
        }

        @Override
        void writeJson(JsonGenerator json) throws IOException {
            json.writeStringField("generation", new GenerationName(generation).toString());
            json.writeArrayFieldStart("ids");
            for (Answer answer : answers) {
                json.writeStartObject();
                json.writeFieldName("id");
                Ids.write(json, answer.keys(), answer.position());
                json.writeStringField("state", answer.row().state().name());
                json.writeStringField("reason", reason(answer));
                json.writeStringField("file", answer.row().file().map(Path::toString).orElse(null));
                json.writeArrayFieldStart("otherGenerations");
                for (String other : answer.elsewhere()) {
                    json.writeString(other);
                }
                json.writeEndArray();
                json.writeEndObject();
            }
            json.writeEndArray();
        }
    }
}
