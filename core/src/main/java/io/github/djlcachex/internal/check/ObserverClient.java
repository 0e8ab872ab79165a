package io.github.djlcachex.internal.check;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;

/** A second JVM of this Java home that runs an {@link ObserverProcess}. */
final class ObserverClient implements SecondProcess {

    private final Process process;
    private final BufferedReader output;
    private final Writer input;

    private ObserverClient(Process process) {
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
        this.input = process.outputWriter(StandardCharsets.UTF_8);
    }

    static SecondProcess start(CheckFiles files) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx32m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                classPath(),
                                ObserverProcess.class.getName(),
                                files.directory().toAbsolutePath().toString())
                        .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment()
                .keySet()
                .removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
        ObserverClient client = new ObserverClient(builder.start());
        try {
            client.expect(ObserverProcess.READY);
            return client;
        } catch (IOException e) {
            client.close();
            throw e;
        }
    }

    /** The jar or directory that these classes are in. */
    private static String classPath() throws IOException {
        CodeSource source = ObserverProcess.class.getProtectionDomain().getCodeSource();
        if (source == null || !"file".equals(source.getLocation().getProtocol())) {
            throw new IOException("this library is in no jar that a JVM can be started with");
        }
        try {
            return Path.of(source.getLocation().toURI()).toString();
        } catch (URISyntaxException | RuntimeException e) {
            throw new IOException("this library is in no jar that a path leads to", e);
        }
    }

    @Override
    public boolean sees(String name) throws IOException {
        return Boolean.parseBoolean(ask("sees " + name));
    }

    @Override
    public Sight await(String name, int size) throws IOException {
        String[] answer = ask("await " + name + " " + size).split(" ", -1);
        return new Sight(answer[0].equals("seen"), Integer.parseInt(answer[1]));
    }

    @Override
    public void write(String name, int size) throws IOException {
        input.write("write " + name + " " + size + "\n");
        input.flush();
        expect(ObserverProcess.WRITTEN);
    }

    private String ask(String order) throws IOException {
        input.write(order + "\n");
        input.flush();
        return answer();
    }

    private void expect(String expected) throws IOException {
        String answer = answer();
        if (!answer.equals(expected)) {
            throw new IOException("a second JVM said: " + answer);
        }
    }

    private String answer() throws IOException {
        String line = output.readLine();
        if (line == null) {
            throw new IOException("a second JVM ended before its answer");
        }
        if (line.startsWith(ObserverProcess.FAILED)) {
            throw new IOException("in a second JVM: " + line);
        }
        return line;
    }

    /** Ends the process at once; it has nothing to finish. */
    @Override
    public void close() {
        process.destroyForcibly();
    }
}
