package io.github.djlcachex.cli;

import io.github.djlcachex.cache.CacheDirectory;
import io.github.djlcachex.cache.GenerationInfo;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The option that names the cache directory, and the generations that are found in it. */
final class DirectoryOption {

    private static final String VARIABLE = "DJLCACHEX_DIR";

    @Option(
            names = {"-d", "--dir"},
            paramLabel = "DIR",
            description = "The cache directory. Default: $" + VARIABLE + ", or the current one.")
    private @Nullable Path directory;

    /** Returns the directory, which a parameter may name instead. */
    CacheDirectory open(Terminal terminal, @Nullable Path parameter) {
        if (parameter != null && directory != null) {
            throw CommandFailure.usage("give DIR or -d, not both");
        }
        return open(parameter == null ? path(terminal) : parameter);
    }

    /** Returns the path of a directory that need not be there. */
    Path path(Terminal terminal) {
        Path path = directory == null ? ofEnvironment(terminal) : directory;
        checkNotEmpty(path);
        return path;
    }

    CacheDirectory open(Terminal terminal) {
        return open(terminal, null);
    }

    private static Path ofEnvironment(Terminal terminal) {
        String variable = terminal.environment(VARIABLE);
        return Path.of(variable.isEmpty() ? "." : variable);
    }

    private static CacheDirectory open(Path path) {
        checkNotEmpty(path);
        if (!Files.isDirectory(path)) {
            String what = Files.exists(path) ? "is no directory" : "does not exist";
            throw CommandFailure.noCache(path + " " + what + ": give the cache directory, -d DIR");
        }
        return CacheDirectory.of(path);
    }

    /** An empty text, often a variable that is not set, is no name of the current directory. */
    static void checkNotEmpty(Path path) {
        if (path.toString().isEmpty()) {
            throw CommandFailure.usage("the directory is an empty text: give its path, or .");
        }
    }

    /** Returns the generations that a name means, the one that was used last first. */
    static List<GenerationInfo> find(CacheDirectory directory, String name) {
        List<Path> leftOut = new ArrayList<>();
        List<GenerationInfo> found =
                directory.generations(leftOut::add).stream()
                        .filter(generation -> new GenerationName(generation).matches(name))
                        .sorted(Comparator.comparing(GenerationInfo::lastUsed).reversed())
                        .toList();
        if (found.isEmpty() && !leftOut.isEmpty()) {
            throw notReadable("no module '" + name + "' that may be read", leftOut.get(0));
        }
        if (found.isEmpty()) {
            throw CommandFailure.noCache(
                    "no module '" + name + "' in " + directory.path() + ": see djlcachex ls");
        }
        checkUnambiguous(found, name);
        checkReadable(found, name, leftOut);
        return found;
    }

    private static void checkUnambiguous(List<GenerationInfo> found, String name) {
        boolean isModule = new GenerationName(found.get(0)).isModule(name);
        for (GenerationInfo other : found) {
            if (new GenerationName(other).isModule(name) != isModule) {
                throw CommandFailure.usage(
                        "'"
                                + name
                                + "' is a module, and a generation of another one: take the names"
                                + " that ls -q prints, or those of their directories");
            }
        }
    }

    /** A module's name means all of its generations: none is passed over in silence. */
    private static void checkReadable(List<GenerationInfo> found, String name, List<Path> leftOut) {
        GenerationInfo first = found.get(0);
        for (Path generation : leftOut) {
            boolean isSibling =
                    Objects.equals(generation.getParent(), first.directory().getParent());
            if (isSibling && new GenerationName(first).isModule(name)) {
                throw notReadable("not all generations of '" + name + "' may be read", generation);
            }
        }
    }

    private static CommandFailure notReadable(String what, Path leftOut) {
        return new CommandFailure(
                ExitCode.IO, what + ": no permission, " + leftOut + "; see djlcachex ls");
    }

    /** Returns the generations that names mean, each once; all of them without a name. */
    static List<GenerationInfo> findAll(CacheDirectory directory, List<String> names) {
        if (names.isEmpty()) {
            return directory.generations();
        }
        return names.stream().flatMap(name -> find(directory, name).stream()).distinct().toList();
    }

    /** Returns the generation that a name means, with a word of which one if there are several. */
    static GenerationInfo findOne(Terminal terminal, CacheDirectory directory, String name) {
        List<GenerationInfo> found = find(directory, name);
        if (found.size() > 1) {
            String chosen = new GenerationName(found.get(0)).toString();
            terminal.error(
                    Escapes.line(name)
                            + " has "
                            + Figures.count(found.size(), "generation")
                            + "; this is the one that was used last, "
                            + Escapes.line(chosen));
        }
        return found.get(0);
    }

    /** The generation of that directory, if it is listed. */
    static Optional<GenerationInfo> at(CacheDirectory directory, Path generation) {
        return directory.generations().stream()
                .filter(info -> info.directory().equals(generation))
                .findFirst();
    }
}
