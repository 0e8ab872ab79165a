package io.github.djlcachex.testing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A system call in a log that strace wrote with {@code -y}.
 *
 * @param thread the thread's number; 0 if only one was traced
 * @param name the call's name
 * @param text its arguments and its result
 * @param start the line on which it began
 * @param end the line on which it had returned
 */
public record SystemCall(long thread, String name, String text, int start, int end) {

    private static final Pattern LINE =
            Pattern.compile("^(?:(\\d+) +)?(?:(\\w+)\\((.*)|<\\.\\.\\. \\w+ resumed>(.*))$");
    private static final String UNFINISHED = " <unfinished ...>";
    private static final Pattern QUOTED = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern DESCRIPTOR = Pattern.compile("^\\d+<([^>]*)>");

    /** Reads the lines of a log; calls that never returned are left out. */
    public static List<SystemCall> parse(List<String> lines) {
        List<SystemCall> calls = new ArrayList<>();
        Map<Long, SystemCall> unfinished = new HashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            Matcher line = LINE.matcher(lines.get(i));
            if (!line.matches()) {
                continue; // the end of a thread, or a signal
            }
            long thread = line.group(1) == null ? 0 : Long.parseLong(line.group(1));
            if (line.group(2) == null) {
                SystemCall begun = unfinished.remove(thread);
                if (begun != null) {
                    calls.add(begun.resumed(line.group(4), i));
                }
            } else if (line.group(3).endsWith(UNFINISHED)) {
                String text = line.group(3);
                text = text.substring(0, text.length() - UNFINISHED.length());
                unfinished.put(thread, new SystemCall(thread, line.group(2), text, i, i));
            } else {
                calls.add(new SystemCall(thread, line.group(2), line.group(3), i, i));
            }
        }
        return calls;
    }

    private SystemCall resumed(String rest, int line) {
        return new SystemCall(thread, name, text + rest, start, line);
    }

    public boolean is(String... names) {
        return List.of(names).contains(name);
    }

    /** Whether it returned no error. */
    public boolean succeeded() {
        return !text.contains(") = -") && text.contains(") ") && text.contains("= ");
    }

    /** Whether it had returned before another began. */
    public boolean before(SystemCall other) {
        return end < other.start;
    }

    /** The file of the first argument, a descriptor or a path. */
    public String file() {
        Matcher descriptor = DESCRIPTOR.matcher(text);
        return descriptor.find() ? descriptor.group(1) : quoted(0);
    }

    /** The second path of a rename or a link. */
    public String newName() {
        return quoted(1);
    }

    /** What a write wrote, as far as strace shows it. */
    public String written() {
        return quoted(0);
    }

    private String quoted(int index) {
        Matcher quoted = QUOTED.matcher(text);
        for (int i = 0; quoted.find(); i++) {
            if (i == index) {
                return quoted.group(1);
            }
        }
        return "";
    }
}
