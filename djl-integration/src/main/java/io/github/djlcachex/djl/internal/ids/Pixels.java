package io.github.djlcachex.djl.internal.ids;

import io.github.djlcachex.djl.internal.hash.Buffers;
import io.github.djlcachex.djl.internal.hash.RowHash;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.nio.ByteBuffer;

/**
 * Hashes the stored pixels of an image, since a conversion to RGB may map two values to one colour.
 */
final class Pixels {

    private Pixels() {}

    /** Adds an image. It is passed as an object because the runtime may lack its class. */
    static void add(RowHash hash, Object awtImage) {
        BufferedImage image = (BufferedImage) awtImage;
        hash.text("image");
        hash.number(image.getWidth());
        hash.number(image.getHeight());
        hash.number(image.getType());
        addColors(hash, image.getColorModel());
        addElements(hash, image.getRaster());
    }

    /** Adds what determines the colour of an element. */
    private static void addColors(RowHash hash, ColorModel model) {
        hash.text(model.getClass().getName());
        hash.number(model.getColorSpace().getType());
        hash.number(model.isAlphaPremultiplied() ? 1 : 0);
        hash.number(model.getTransferType());
        hash.number(model.getNumComponents());
        for (int bits : model.getComponentSize()) {
            hash.number(bits);
        }
        if (model instanceof IndexColorModel palette) {
            for (int i = 0; i < palette.getMapSize(); i++) {
                hash.number(palette.getRGB(i));
            }
        }
    }

    private static void addElements(RowHash hash, Raster raster) {
        int left = raster.getMinX();
        hash.number(raster.getNumDataElements());
        for (int y = raster.getMinY(); y < raster.getMinY() + raster.getHeight(); y++) {
            Object row = raster.getDataElements(left, y, raster.getWidth(), 1, null);
            ByteBuffer bytes = Buffers.bytesOfArray(row);
            hash.bytes(bytes);
        }
    }
}
