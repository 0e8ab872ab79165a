package io.github.djlcachex.tensor;

import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.Problem;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * NumPy's files: {@code npy} with one array, {@code npz} with several by name. Needs no engine.
 *
 * <p>An array without a name has the name {@code arr_0} in the second one, by its position. Arrays
 * of Fortran's order and big-endian ones are read too. Python objects, texts and structured types
 * are refused; so are sparse tensors, texts and {@link TensorType#BFLOAT16}, which NumPy does not
 * have.
 */
public final class NumpyFiles {

    private static final String SUFFIX = ".npy";
    private static final String UNNAMED = "arr_";

    private NumpyFiles() {}

    /**
     * Reads the array of a file.
     *
     * @param file an npy file
     * @return the array, without a name
     * @throws UnsupportedTensorException if it is no such file, or of another type
     * @throws CacheIoException if it cannot be read
     */
    public static RawTensor readNpy(Path file) {
        try (InputStream input = new BufferedInputStream(Files.newInputStream(file))) {
            return Npy.read(input, file.toString());
        } catch (IOException e) {
            throw failure(file, e);
        }
    }

    /**
     * Writes an array. An older file of the name is replaced; the new one is there whole or not at
     * all.
     *
     * @param tensor the array
     * @param file the npy file
     * @throws UnsupportedTensorException if NumPy has no such type
     * @throws CacheIoException if the file cannot be written
     */
    public static void writeNpy(RawTensor tensor, Path file) {
        Npy.check(tensor);
        write(file, output -> Npy.write(tensor, output));
    }

    /**
     * Reads the arrays of a file.
     *
     * @param file an npz file
     * @return the arrays with their names, in the order of the file
     * @throws UnsupportedTensorException if it is no such file, or one is of another type
     * @throws CacheIoException if it cannot be read
     */
    public static List<RawTensor> readNpz(Path file) {
        List<RawTensor> tensors = new ArrayList<>();
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                tensors.add(read(zip, entry, file, UNNAMED + tensors.size()));
            }
        } catch (ZipException e) {
            throw Npy.refused(file.toString(), "an npz file", "another file", "save it anew");
        } catch (IOException e) {
            throw failure(file, e);
        }
        if (tensors.isEmpty()) {
            throw Npy.refused(file.toString(), "an npz file", "none", "save the arrays anew");
        }
        return tensors;
    }

    private static RawTensor read(ZipFile zip, ZipEntry entry, Path file, String unnamed)
            throws IOException {
        String name = entry.getName();
        String given =
                name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
        try (InputStream input = zip.getInputStream(entry)) {
            RawTensor tensor = Npy.read(input, file + ", " + name);
            return given.equals(unnamed) ? tensor : tensor.named(given);
        }
    }

    /**
     * Writes arrays by their names, uncompressed. An older file of the name is replaced; the new
     * one is there whole or not at all.
     *
     * @param tensors the arrays, one at least
     * @param file the npz file
     * @throws UnsupportedTensorException if NumPy has no such type, there is none, or two have one
     *     name
     * @throws CacheIoException if the file cannot be written
     */
    public static void writeNpz(List<RawTensor> tensors, Path file) {
        tensors.forEach(Npy::check);
        List<String> names = names(tensors);
        if (tensors.isEmpty() || names.stream().distinct().count() < names.size()) {
            throw Npy.refused(
                    file.toString(), "arrays of different names", names.toString(), "name them");
        }
        write(
                file,
                output -> {
                    ZipOutputStream zip = new ZipOutputStream(output);
                    zip.setLevel(0);
                    for (int i = 0; i < tensors.size(); i++) {
                        zip.putNextEntry(new ZipEntry(names.get(i) + SUFFIX));
                        Npy.write(tensors.get(i), zip);
                        zip.closeEntry();
                    }
                    zip.finish();
                });
    }

    private static List<String> names(List<RawTensor> tensors) {
        List<String> names = new ArrayList<>();
        for (RawTensor tensor : tensors) {
            names.add(tensor.name().orElse(UNNAMED + names.size()));
        }
        return names;
    }

    private interface Writing {
        void to(OutputStream output) throws IOException;
    }

    private static void write(Path file, Writing writing) {
        Path unfinished = file.resolveSibling(file.getFileName() + ".tmp");
        try {
            try (OutputStream output =
                    new BufferedOutputStream(Files.newOutputStream(unfinished))) {
                writing.to(output);
            }
            Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            deleteQuietly(unfinished, e);
            throw failure(file, e);
        }
    }

    private static void deleteQuietly(Path unfinished, IOException failure) {
        try {
            Files.deleteIfExists(unfinished);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private static CacheIoException failure(Path file, IOException cause) {
        return new CacheIoException(
                Problem.of(
                        "file " + file,
                        "a file that can be read or written",
                        String.valueOf(cause.getMessage()),
                        "see the cause",
                        cause));
    }
}
