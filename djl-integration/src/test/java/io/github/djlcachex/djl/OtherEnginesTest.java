package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import io.github.djlcachex.djl.internal.engine.ArrayBuilder;
import io.github.djlcachex.djl.internal.engine.ElementTypes;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.RowSchema;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;

/** The ways that serve engines of which nothing is known, on arrays of the one that is there. */
class OtherEnginesTest {

    private final NDManager manager = NDManager.newBaseManager("PyTorch");
    private final NDManager other = ofUnknownEngine(manager);

    @AfterEach
    void close() {
        manager.close();
    }

    /** Returns a manager that says its engine is another one. */
    private static NDManager ofUnknownEngine(NDManager manager) {
        Engine unknown = new UnknownEngine();
        return (NDManager)
                Proxy.newProxyInstance(
                        NDManager.class.getClassLoader(),
                        new Class<?>[] {NDManager.class},
                        (proxy, method, args) -> {
                            if (method.getName().equals("getEngine")) {
                                return unknown;
                            }
                            try {
                                return method.invoke(manager, args);
                            } catch (InvocationTargetException e) {
                                throw e.getTargetException();
                            }
                        });
    }

    @Test
    void rows_ofEveryType_areCopiedByBytes() {
        RowSelector selector = new RowSelector(Set.of(1));
        NDArray shared = manager.create(7f);
        for (DataType type :
                new DataType[] {
                    DataType.FLOAT32, DataType.FLOAT64, DataType.FLOAT16, DataType.INT8,
                    DataType.INT32, DataType.INT64, DataType.UINT8, DataType.BOOLEAN
                }) {
            NDArray rows =
                    manager.arange(0, 12, 1, DataType.FLOAT32).reshape(4, 3).toType(type, true);
            rows.setName("input");
            NDList selected = selector.rows(other, new NDList(rows, shared), new int[] {3, 0, 3});
            assertThat(selected.head().getName()).isEqualTo("input");
            assertThat(selected.head().getDataType()).isEqualTo(type);
            assertThat(Bits.rows(selected.head()))
                    .containsExactly(
                            Bits.rows(rows).get(3), Bits.rows(rows).get(0), Bits.rows(rows).get(3));
            assertThat(selected.get(1).getFloat()).isEqualTo(7f);
            NDArray whole = selector.all(other, new NDList(rows)).head();
            assertThat(Bits.hex(whole)).isEqualTo(Bits.hex(rows));
            assertThat(whole.getName()).isEqualTo("input");
        }
    }

    @Test
    void filledArray_ofAnUnknownEngine_isABufferOfItsOwn() {
        ArrayBuilder first =
                ArrayBuilder.create("x", other, Device.cpu(), new Shape(2, 2), DataType.INT8);
        ArrayBuilder second =
                ArrayBuilder.create("x", other, Device.cpu(), new Shape(2, 2), DataType.INT8);
        assertThat(first.buffer().isDirect()).isTrue();
        first.buffer().put(0, new byte[] {1, 2, 3, 4});
        second.buffer().put(0, new byte[] {5, 6, 7, 8});
        NDArray array = first.finish("name");
        assertThat(array.getName()).isEqualTo("name");
        assertThat(array.toByteArray()).containsExactly(1, 2, 3, 4);
        assertThat(second.finish(null).toByteArray()).containsExactly(5, 6, 7, 8);
    }

    @Test
    void filledArray_overTwoGibibytes_isRefused() {
        assertThatThrownBy(
                        () ->
                                ArrayBuilder.create(
                                        "output 0",
                                        manager,
                                        Device.cpu(),
                                        new Shape(1L << 30, 4),
                                        DataType.FLOAT32))
                .isInstanceOf(UnsupportedOutputException.class)
                .hasMessageContainingAll("output 0", "smaller batches");
    }

    @Test
    void filledArray_ofATypeThatAbortsTheJvm_isRefused() {
        for (DataType type :
                new DataType[] {
                    DataType.BFLOAT16, DataType.INT16, DataType.UINT16, DataType.UINT32,
                    DataType.UINT64, DataType.COMPLEX64, DataType.STRING, DataType.UNKNOWN
                }) {
            assertThatThrownBy(
                            () ->
                                    ArrayBuilder.create(
                                            "output", manager, Device.cpu(), new Shape(1), type))
                    .isInstanceOf(UnsupportedOutputException.class)
                    .hasMessageContaining(type.name());
        }
    }

    @Test
    void outputBatch_ofStoredBfloat16Rows_isRefused() {
        RowSchema stored = RowSchema.of(Column.of(ElementType.BFLOAT16, 4));
        Place place = Place.of(new NDList(manager.create(1f)));
        assertThatThrownBy(() -> OutputArrays.create(place, stored, 2))
                .isInstanceOf(UnsupportedOutputException.class)
                .hasMessageContainingAll("BFLOAT16", "FeatureCache");
    }

    @Test
    void elementType_ofATypeThatTheEngineDoesNotName_isRefused() {
        NDArray array =
                (NDArray)
                        Proxy.newProxyInstance(
                                NDArray.class.getClassLoader(),
                                new Class<?>[] {NDArray.class},
                                (proxy, method, args) -> null);
        assertThatThrownBy(() -> ElementTypes.elementTypeOf("output 3", array))
                .isInstanceOf(UnsupportedOutputException.class)
                .hasMessageContainingAll("output 3", "found a type that DJL does not name")
                .hasMessageNotContaining("null");
    }

    /** An engine that has a name and nothing else. */
    private static final class UnknownEngine extends Engine {

        @Override
        public Engine getAlternativeEngine() {
            return this;
        }

        @Override
        public String getEngineName() {
            return "Unknown";
        }

        @Override
        public int getRank() {
            return 0;
        }

        @Override
        public String getVersion() {
            return "0";
        }

        @Override
        public boolean hasCapability(String capability) {
            return false;
        }

        @Override
        public Model newModel(String name, Device device) {
            throw new UnsupportedOperationException();
        }

        @Override
        public NDManager newBaseManager() {
            throw new UnsupportedOperationException();
        }

        @Override
        public NDManager newBaseManager(Device device) {
            throw new UnsupportedOperationException();
        }
    }
}
