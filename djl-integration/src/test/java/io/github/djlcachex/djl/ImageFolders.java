package io.github.djlcachex.djl;

import ai.djl.basicdataset.cv.classification.ImageFolder;
import ai.djl.modality.cv.transform.ToTensor;
import ai.djl.translate.Transform;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import javax.imageio.ImageIO;

/** Folders of small images, as DJL's own dataset reads them. */
public final class ImageFolders {

    static final int PIXELS = 6;

    private ImageFolders() {}

    /** Writes an image of noise that is another for each seed. */
    public static void write(Path file, int seed) throws IOException {
        Files.createDirectories(file.getParent());
        BufferedImage image = new BufferedImage(PIXELS, PIXELS, BufferedImage.TYPE_INT_RGB);
        java.util.Random random = new java.util.Random(seed);
        for (int i = 0; i < PIXELS * PIXELS; i++) {
            image.setRGB(i % PIXELS, i / PIXELS, random.nextInt(1 << 24));
        }
        ImageIO.write(image, "png", file.toFile());
    }

    /** Writes some images to two classes. */
    public static Path write(Path root, String prefix, int images) throws IOException {
        for (int i = 0; i < images; i++) {
            Path folder = root.resolve(i % 2 == 0 ? "cat" : "dog");
            write(folder.resolve(prefix + (1000 + i) + ".png"), i);
        }
        return root;
    }

    public static ImageFolder open(Path root, Transform... transforms) throws IOException {
        return open(root, PIXELS, transforms);
    }

    public static ImageFolder open(Path root, int size, Transform... transforms)
            throws IOException {
        ImageFolder.Builder builder =
                ImageFolder.builder()
                        .setRepositoryPath(root)
                        .optMaxDepth(3)
                        .optImageSize(size)
                        .setSampling(8, true)
                        .addTransform(new ToTensor());
        for (Transform transform : transforms) {
            builder.addTransform(transform);
        }
        return builder.build();
    }
}
