package io.github.djlcachex.spark.examples;

import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import io.github.djlcachex.spark.ExecutorContext;
import io.github.djlcachex.spark.Extractor;
import io.github.djlcachex.spark.SparkWarmup;
import io.github.djlcachex.spark.SparkWarmupReport;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * DigitsSql fills a cache with the features of handwritten digits by a Spark job, and asks in SQL
 * which digits are alike.
 *
 * <p>The features are those of a frozen TorchScript model, run by PyTorch. A second job computes
 * none. The argument is a directory, of which {@code cache} is kept; the Spark master is {@code
 * local[2]} unless the system property {@code spark.master} names another.
 */
public final class DigitsSql {

    private static final int SIDE = 8;
    private static final float MAX_PIXEL = 16f;
    private static final String MODULE = "digits-extractor";
    private static final String MODEL = "digits_extractor.pt";
    private static final String IMAGES = "digits.csv.gz";

    private final SparkSession spark;
    private final Path directory;

    DigitsSql(SparkSession spark, Path directory) {
        this.spark = spark;
        this.directory = directory;
    }

    /**
     * Runs the example.
     *
     * @param args the directory; default {@code target/spark-demo}
     * @throws IOException if a file cannot be written
     */
    public static void main(String[] args) throws IOException {
        Path directory = Path.of(args.length > 0 ? args[0] : "target/spark-demo").toAbsolutePath();
        try (SparkSession spark =
                SparkSession.builder()
                        .appName("digits")
                        .master(System.getProperty("spark.master", "local[2]"))
                        .config("spark.sql.shuffle.partitions", 4)
                        .getOrCreate()) {
            DigitsSql digits = new DigitsSql(spark, directory);
            Dataset<Row> images = digits.images();
            System.out.println("fill:  " + digits.fill(images));
            System.out.println("again: " + digits.fill(images));
            FeatureQueries queries = digits.queries(images);
            System.out.println("the three digits most like digits 0 and 17:");
            queries.mostAlike(3, 0, 17).show(false);
            System.out.println("cosine similarity of digits, by their labels:");
            queries.likenessOfLabels().show(false);
        }
    }

    /** Returns id, label and 64 pixels of each image. */
    Dataset<Row> images() throws IOException {
        return spark.read()
                .option("header", "true")
                .option("inferSchema", "true")
                .csv(DemoFiles.copy(IMAGES, directory).toString())
                .repartition(4);
    }

    /** Computes what the cache lacks. */
    SparkWarmupReport fill(Dataset<Row> images) throws IOException {
        return SparkWarmup.of(images)
                .setIdColumn("id")
                .setDirectory(directory.resolve("cache"))
                .setModuleId(MODULE)
                .optModelFiles(DemoFiles.copy(MODEL, directory))
                .setExtractor(DigitsSql::open)
                .run();
    }

    /** Runs where the rows are: on each executor, and once on the driver. */
    private static Extractor open(ExecutorContext executor) throws Exception {
        Model model = Model.newInstance("digits_extractor", executor.device(), "PyTorch");
        try (InputStream weights = Files.newInputStream(executor.file(MODEL))) {
            model.load(weights);
        }
        return Extractor.of(model, DigitsSql::pixels);
    }

    private static NDList pixels(Row row, NDManager manager) {
        float[] pixels = new float[SIDE * SIDE];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = row.<Integer>getAs("p" + i) / MAX_PIXEL;
        }
        return new NDList(manager.create(pixels, new Shape(1, SIDE, SIDE)));
    }

    /** Returns the queries on the features and the labels. */
    FeatureQueries queries(Dataset<Row> images) {
        Dataset<Row> features =
                spark.read()
                        .format("djlcachex")
                        .option("moduleId", MODULE)
                        .load(directory.resolve("cache").toString());
        return FeatureQueries.of(spark, features, images.select("id", "label"));
    }
}
