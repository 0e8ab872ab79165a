package io.github.djlcachex.internal.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.HashSet;
import java.util.Set;

/**
 * Tells a filesystem that has no fsync of directories from a disk that failed at it.
 *
 * <p>The first answers EINVAL, ENOTSUP or ENOSYS, each time and to everybody; all else is a
 * failure. Java passes on the system's text alone, which is of the language of the process. So that
 * text is asked for, of files of the system that never can be forced or have no attributes.
 */
final class UnsupportedForce {

    private static final Path NEVER_FORCED = Path.of("/dev/null");
    private static final Path WITHOUT_ATTRIBUTES = Path.of("/proc/version");

    /** EINVAL, ENOTSUP and ENOSYS as glibc, musl and macOS call them in English. */
    private static final Set<String> ENGLISH =
            Set.of(
                    "Invalid argument",
                    "Operation not supported",
                    "Operation not supported on socket",
                    "Not supported",
                    "Function not implemented");

    private UnsupportedForce() {}

    /** Tells whether a directory could not be forced because its filesystem never can. */
    static boolean isReasonOf(IOException failure) {
        String text = textOf(failure);
        return ENGLISH.contains(text) || (!text.isEmpty() && Texts.OF_THIS_PROCESS.contains(text));
    }

    private static String textOf(IOException failure) {
        String text =
                failure instanceof FileSystemException of ? of.getReason() : failure.getMessage();
        return text == null ? "" : text.strip();
    }

    /** The texts of this process, once one is needed. */
    private static final class Texts {
        static final Set<String> OF_THIS_PROCESS = ask(NEVER_FORCED, WITHOUT_ATTRIBUTES);

        private Texts() {}
    }

    /** Asks for the texts of EINVAL and ENOTSUP. */
    static Set<String> ask(Path neverForced, Path withoutAttributes) {
        Set<String> texts = new HashSet<>();
        try (FileChannel channel = FileChannel.open(neverForced, StandardOpenOption.READ)) {
            addFailureOf(channel, texts);
        } catch (IOException | RuntimeException e) {
            return Set.of(); // what fails otherwise is no text to compare with
        }
        addFailureOf(withoutAttributes, texts);
        return texts;
    }

    private static void addFailureOf(FileChannel channel, Set<String> texts) {
        try {
            channel.force(true);
        } catch (IOException e) {
            texts.add(textOf(e));
        }
    }

    /** Java puts its own words and the attribute's name in front. */
    private static void addFailureOf(Path file, Set<String> texts) {
        UserDefinedFileAttributeView view =
                Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
        try {
            if (view != null) {
                view.size("none");
            }
        } catch (IOException | RuntimeException e) {
            String text = e instanceof FileSystemException of ? of.getReason() : null;
            int end = text == null ? -1 : text.lastIndexOf("': ");
            if (text != null && end >= 0) {
                texts.add(text.substring(end + 3).strip());
            }
        }
    }
}
