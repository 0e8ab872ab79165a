package io.github.djlcachex.spark;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Packs a folder of the driver into one file. */
final class FolderArchive {

    private FolderArchive() {}

    /**
     * Returns a zip file of a folder's files, which is deleted with the JVM.
     *
     * @throws IOException if a file cannot be read, or there is no room
     */
    static Path of(Path folder) throws IOException {
        Path archive = Files.createTempFile("djlcachex-model", ".zip");
        archive.toFile().deleteOnExit();
        List<Path> files;
        try (Stream<Path> walk = Files.walk(folder)) {
            files = walk.filter(Files::isRegularFile).sorted().toList();
        }
        try (OutputStream bytes = Files.newOutputStream(archive);
                ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.setLevel(Deflater.NO_COMPRESSION); // weights do not shrink
            for (Path file : files) {
                zip.putNextEntry(new ZipEntry(nameIn(folder, file)));
                Files.copy(file, zip);
                zip.closeEntry();
            }
        }
        return archive;
    }

    private static String nameIn(Path folder, Path file) {
        return folder.relativize(file).toString().replace('\\', '/');
    }
}
