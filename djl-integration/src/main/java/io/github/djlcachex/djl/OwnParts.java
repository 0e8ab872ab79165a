package io.github.djlcachex.djl;

import ai.djl.nn.Block;

import io.github.djlcachex.djl.internal.fingerprint.KnownParts;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Tells a fingerprint what stands behind the decorators, output functions and translators of this
 * package.
 */
final class OwnParts implements KnownParts {

    @Override
    public @Nullable Block wrappedBy(Object value) {
        if (value instanceof SuppliedBlock supplied) {
            return supplied.open();
        }
        return value instanceof DelegatingBlock decorator ? decorator.wrapped() : null;
    }

    @Override
    public @Nullable List<Object> partsOf(Object value) {
        if (value instanceof DelegatingTranslator<?, ?> translator) {
            return List.of("translator", translator.outputsFrom()); // ids are no part of an output
        }
        return value instanceof NamedOutput named ? named.parts() : null;
    }
}
