package io.github.djlcachex.interop.internal.table;

import io.github.djlcachex.row.ElementType;

import org.jspecify.annotations.Nullable;

/**
 * How columns of a file become columns of rows.
 *
 * @param elementType what numbers are converted to: floats if it is one of floats, integers if it
 *     is one of integers; or null
 * @param isVariable whether rows of a column may differ in shape
 * @param hasNames whether columns have names
 */
public record RowRules(@Nullable ElementType elementType, boolean isVariable, boolean hasNames) {}
