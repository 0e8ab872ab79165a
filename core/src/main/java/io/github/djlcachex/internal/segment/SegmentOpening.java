package io.github.djlcachex.internal.segment;

import io.github.djlcachex.internal.io.Interrupts;
import io.github.djlcachex.internal.io.OpenedFile;
import io.github.djlcachex.internal.io.ReadableFile;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.row.Keys;

import java.io.IOException;
import java.nio.file.Path;

/** The opening of a segment file whose keys are read and proven with it. */
final class SegmentOpening {

    private SegmentOpening() {}

    /** Where a file is, and which segment it is to be. */
    record Place(Storage storage, Path path, SegmentName name) {}

    /** How the rows will be read. */
    interface Reading {
        SegmentBody of(ReadableFile file) throws IOException;
    }

    static SegmentFile.Opened open(Place place, boolean mapped, Outage outage, Reading reading)
            throws IOException {
        return Interrupts.shield(
                () -> {
                    try (OpenedFile opened = new OpenedFile(place.storage.open(place.path))) {
                        SegmentBody body = reading.of(opened.file());
                        Keys keys = KeyBuffers.read(opened.file(), body.header());
                        opened.keepIf(!body.mapped());
                        SegmentProof proof = SegmentProof.of(body.header());
                        ProvenFile proven =
                                new ProvenFile(place.storage, place.path, place.name, proof);
                        SegmentBodies bodies =
                                new SegmentBodies(proven, mapped, outage, () -> {}, body);
                        return new SegmentFile.Opened(new SegmentFile(bodies), keys);
                    }
                });
    }
}
