package io.github.djlcachex.djl.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** HostName is what this host is called. It asks no name server, which may take seconds. */
public final class HostName {

    private static final String NAME =
            Stream.of(fromKernel(), variable("HOSTNAME"), variable("COMPUTERNAME"))
                    .flatMap(Optional::stream)
                    .map(String::strip)
                    .filter(name -> !name.isEmpty())
                    .findFirst()
                    .orElse("an unnamed host");

    private HostName() {}

    public static String get() {
        return NAME;
    }

    private static Optional<String> variable(String name) {
        return Optional.ofNullable(System.getenv(name));
    }

    private static Optional<String> fromKernel() {
        try {
            return Optional.of(Files.readString(Path.of("/proc/sys/kernel/hostname")));
        } catch (IOException e) {
            return Optional.empty(); // no Linux
        }
    }
}
