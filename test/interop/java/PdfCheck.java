import java.io.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.security.*;
import java.security.cert.*;
import java.util.*;
import org.apache.pdfbox.cos.*;
import org.apache.pdfbox.io.RandomAccessBuffer;
import org.apache.pdfbox.pdfparser.PDFParser;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.PDSignature;
import org.apache.pdfbox.pdmodel.interactive.form.PDSignatureField;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cms.*;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.tsp.TimeStampToken;
import org.bouncycastle.util.Store;

/**
 * A stranger's judgement of every signature in PDF files: PDFBox reads the file, BouncyCastle the signatures. Shares no code with the product.
 * Usage: PdfCheck ROOT.pem|- FILE... ; prints one JSON line per file.
 */
public class PdfCheck {
    static final List<X509Certificate> roots = new ArrayList<>();
    /** Of encrypted files; `--password=…` before their names. */
    static String password = "";
    /** PDFBox repairs nothing; `--strict` before the names. */
    static boolean strict = false;

    public static void main(String[] args) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        System.setOut(new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8));
        java.util.logging.LogManager.getLogManager().reset();
        if (!args[0].equals("-")) {
            try (InputStream in = new FileInputStream(args[0])) {
                for (var c : CertificateFactory.getInstance("X.509", "BC").generateCertificates(in)) roots.add((X509Certificate) c);
            }
        }
        for (int i = 1; i < args.length; i++) {
            if (args[i].startsWith("--password=")) password = args[i].substring("--password=".length());
            else if (args[i].equals("--strict")) strict = true;
            else System.out.println(checkFile(args[i]));
        }
    }

    static String checkFile(String name) {
        List<String> results = new ArrayList<>();
        boolean ok = true;
        String problem = null;
        try {
            byte[] file = Files.readAllBytes(Path.of(name));
            try (PDDocument document = load(file)) {
                for (PDSignatureField field : document.getSignatureFields()) {
                    PDSignature signature = field.getSignature();
                    if (signature == null) continue;
                    String reason = null;
                    String time = null;
                    String serial = null;
                    try {
                        serial = serialOf(signature);
                        time = checkSignature(signature, file);
                    } catch (Exception e) {
                        reason = e.getMessage() == null ? e.toString() : e.getMessage();
                        ok = false;
                    }
                    results.add("{\"field\":" + json(field.getFullyQualifiedName()) + ",\"ok\":" + (reason == null) + ",\"reason\":" + json(reason)
                        + ",\"ts\":" + json(time) + ",\"serial\":" + json(serial) + ",\"subFilter\":" + json(signature.getSubFilter())
                        + ",\"wholeFile\":" + coversWholeFile(signature, file) + "}");
                }
            }
        } catch (Exception e) {
            ok = false;
            problem = e.toString();
        }
        if (results.isEmpty()) {
            ok = false;
            if (problem == null) problem = "no signature";
        }
        return "{\"file\":" + json(name) + ",\"ok\":" + ok + ",\"reason\":" + json(problem) + ",\"signatures\":[" + String.join(",", results) + "]}";
    }

    static PDDocument load(byte[] file) throws IOException {
        if (!strict) return PDDocument.load(file, password);
        PDFParser parser = new PDFParser(new RandomAccessBuffer(file), password);
        parser.setLenient(false);
        parser.parse();
        return parser.getPDDocument();
    }

    static boolean coversWholeFile(PDSignature signature, byte[] file) {
        int[] r = signature.getByteRange();
        return r != null && r.length == 4 && r[2] + r[3] == file.length;
    }

    /** Gives the trusted time, null when there is no time stamp; throws with the reason when anything is wrong. */
    static String checkSignature(PDSignature signature, byte[] file) throws Exception {
        byte[] contents = checkByteRange(signature, file);
        int[] r = signature.getByteRange();
        byte[] signed = new byte[r[1] + r[3]];
        System.arraycopy(file, r[0], signed, 0, r[1]);
        System.arraycopy(file, r[2], signed, r[1], r[3]);
        if ("ETSI.RFC3161".equals(signature.getSubFilter())) return checkToken(new TimeStampToken(new CMSSignedData(contents)), signed);

        CMSSignedData cms = new CMSSignedData(new CMSProcessableByteArray(signed), contents);
        Collection<SignerInformation> signers = cms.getSignerInfos().getSigners();
        if (signers.size() != 1) throw new Exception(signers.size() + " signers");
        SignerInformation signer = signers.iterator().next();
        if (signer.getSignedAttributes() == null) throw new Exception("no signed attributes");
        X509CertificateHolder holder = only(cms.getCertificates(), signer.getSID());
        // Throws on a wrong message digest, false on a wrong signature value.
        if (!signer.verify(new JcaSimpleSignerInfoVerifierBuilder().setProvider("BC").build(holder))) throw new Exception("signature value invalid");

        String time = null;
        Date at = new Date();
        AttributeTable unsigned = signer.getUnsignedAttributes();
        Attribute stamp = unsigned == null ? null : unsigned.get(PKCSObjectIdentifiers.id_aa_signatureTimeStampToken);
        if (stamp != null) {
            TimeStampToken token = new TimeStampToken(new CMSSignedData(stamp.getAttrValues().getObjectAt(0).toASN1Primitive().getEncoded()));
            time = checkToken(token, signer.getSignature());
            at = token.getTimeStampInfo().getGenTime();
        }
        checkChain(holder, cms.getCertificates(), at);
        return time;
    }

    /** Of the signer's certificate, hex; null of a document time stamp. */
    static String serialOf(PDSignature signature) throws Exception {
        if ("ETSI.RFC3161".equals(signature.getSubFilter())) return null;
        byte[] contents = ((COSString) signature.getCOSObject().getDictionaryObject(COSName.CONTENTS)).getBytes();
        Object first = new org.bouncycastle.asn1.ASN1InputStream(contents).readObject();
        CMSSignedData cms = new CMSSignedData(((org.bouncycastle.asn1.ASN1Primitive) first).getEncoded());
        return cms.getSignerInfos().getSigners().iterator().next().getSID().getSerialNumber().toString(16);
    }

    /** ByteRange is [0, a, b, c], in bounds, its gap exactly the hex string of /Contents, its end an %%EOF. Gives the DER in /Contents. */
    static byte[] checkByteRange(PDSignature signature, byte[] file) throws Exception {
        int[] r = signature.getByteRange();
        if (r == null || r.length != 4) throw new Exception("ByteRange missing");
        if (r[0] != 0) throw new Exception("ByteRange does not begin at 0");
        long end = (long) r[2] + r[3];
        if (r[1] <= 0 || r[2] <= r[1] || r[3] <= 0 || end > file.length) throw new Exception("ByteRange out of bounds");
        if (file[r[1]] != '<' || file[r[2] - 1] != '>') throw new Exception("gap is not a hex string");
        String hex = new String(file, r[1] + 1, r[2] - r[1] - 2, StandardCharsets.ISO_8859_1);
        if (!hex.matches("[0-9A-Fa-f]*")) throw new Exception("gap holds more than hex digits");
        byte[] inGap = org.bouncycastle.util.encoders.Hex.decode(hex);
        COSBase inDictionary = signature.getCOSObject().getDictionaryObject(COSName.CONTENTS);
        if (!(inDictionary instanceof COSString) || !Arrays.equals(((COSString) inDictionary).getBytes(), inGap)) {
            throw new Exception("gap is not the /Contents of this signature");
        }
        int i = (int) end;
        while (i > 0 && (file[i - 1] == '\r' || file[i - 1] == '\n')) i--;
        if (end - i > 2 || i < 5 || !new String(file, i - 5, 5, StandardCharsets.ISO_8859_1).equals("%%EOF")) throw new Exception("range does not end at %%EOF");
        org.bouncycastle.asn1.ASN1InputStream in = new org.bouncycastle.asn1.ASN1InputStream(inGap);
        byte[] der = in.readObject().getEncoded();
        for (int k = der.length; k < inGap.length; k++) if (inGap[k] != 0) throw new Exception("bytes after the CMS");
        return der;
    }

    static String checkToken(TimeStampToken token, byte[] data) throws Exception {
        X509CertificateHolder holder = only(token.getCertificates(), token.getSID());
        token.validate(new JcaSimpleSignerInfoVerifierBuilder().setProvider("BC").build(holder));
        byte[] actual = MessageDigest.getInstance(token.getTimeStampInfo().getMessageImprintAlgOID().getId(), "BC").digest(data);
        if (!Arrays.equals(actual, token.getTimeStampInfo().getMessageImprintDigest())) throw new Exception("time stamp covers other data");
        checkChain(holder, token.getCertificates(), token.getTimeStampInfo().getGenTime());
        return token.getTimeStampInfo().getGenTime().toInstant().toString();
    }

    @SuppressWarnings("unchecked")
    static X509CertificateHolder only(Store<X509CertificateHolder> store, SignerId id) throws Exception {
        Collection<X509CertificateHolder> found = store.getMatches(id);
        if (found.isEmpty()) throw new Exception("certificate missing");
        return found.iterator().next();
    }

    static void checkChain(X509CertificateHolder leaf, Store<X509CertificateHolder> store, Date at) throws Exception {
        if (roots.isEmpty()) return;
        JcaX509CertificateConverter converter = new JcaX509CertificateConverter().setProvider("BC");
        List<X509Certificate> all = new ArrayList<>();
        for (X509CertificateHolder h : store.getMatches(null)) all.add(converter.getCertificate(h));
        X509CertSelector target = new X509CertSelector();
        target.setCertificate(converter.getCertificate(leaf));
        Set<TrustAnchor> anchors = new HashSet<>();
        for (X509Certificate r : roots) anchors.add(new TrustAnchor(r, null));
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, target);
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(all), "BC"));
        parameters.setRevocationEnabled(false);
        parameters.setDate(at);
        CertPathBuilder.getInstance("PKIX", "BC").build(parameters);
    }

    static String json(String text) {
        if (text == null) return "null";
        StringBuilder out = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') out.append('\\').append(c);
            else if (c < 0x20) out.append(String.format("\\u%04x", (int) c));
            else out.append(c);
        }
        return out.append('"').toString();
    }
}
