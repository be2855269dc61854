import java.io.*;
import java.math.BigInteger;
import java.nio.file.*;
import java.security.*;
import java.security.spec.ECGenParameterSpec;
import java.util.*;
import org.apache.pdfbox.cos.*;
import org.apache.pdfbox.io.MemoryUsageSetting;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.*;
import org.bouncycastle.asn1.*;
import org.bouncycastle.asn1.cms.*;
import org.bouncycastle.asn1.ess.*;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.*;
import org.bouncycastle.cert.*;
import org.bouncycastle.cert.jcajce.*;
import org.bouncycastle.cms.*;
import org.bouncycastle.cms.jcajce.*;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.*;
import org.bouncycastle.operator.jcajce.*;
import org.bouncycastle.tsp.*;

/**
 * Files signed by PDFBox and BouncyCastle for our judge: PdfMake DIR INPUT.pdf... For each input and each of sm2, rsa, ec, p384, pss:
 * KIND-NAME-1.pdf (ETSI.CAdES.detached, certified P2 for inputs named "certify…"), -2.pdf (a second person, adbe.pkcs7.detached, with a
 * time stamp), -lt.pdf (a document security store with CRL and certificates), -lta.pdf (a document time stamp). KIND-root.pem, KIND.p12.
 */
public class PdfMake {
    static final long DAY = 86_400_000L;

    public static void main(String[] args) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        Path dir = Path.of(args[0]);
        for (String kind : List.of("sm2", "rsa", "ec", "p384", "pss")) {
            Maker maker = new Maker(dir, kind);
            for (int i = 1; i < args.length; i++) {
                // One curve and one padding more are tried on the first input alone.
                if ((kind.equals("p384") || kind.equals("pss")) && i > 1) continue;
                maker.make(Path.of(args[i]));
            }
        }
    }

    static class Maker {
        final Path dir;
        final String kind, algorithm, caAlgorithm, digest;
        final KeyPair rootKeys, doctorKeys, chiefKeys, tsaKeys;
        final X509CertificateHolder root, doctor, chief, tsa;
        final byte[] crl;
        int serial = 1;

        Maker(Path dir, String kind) throws Exception {
            this.dir = dir;
            this.kind = kind;
            algorithm = switch (kind) {
                case "sm2" -> "SM3withSM2";
                case "rsa" -> "SHA256withRSA";
                case "pss" -> "SHA256withRSAandMGF1";
                case "p384" -> "SHA384withECDSA";
                default -> "SHA256withECDSA";
            };
            caAlgorithm = kind.equals("pss") ? "SHA256withRSA" : algorithm;
            digest = kind.equals("sm2") ? "1.2.156.10197.1.401" : kind.equals("p384") ? "2.16.840.1.101.3.4.2.2" : "2.16.840.1.101.3.4.2.1";
            rootKeys = keys();
            doctorKeys = keys();
            chiefKeys = keys();
            tsaKeys = keys();
            String ca = "Box 根 " + kind;
            root = issue(ca, ca, rootKeys, "ca");
            doctor = issue("Box 医生", ca, doctorKeys, "ee");
            chief = issue("Box 主任", ca, chiefKeys, "ee");
            tsa = issue("Box TSA", ca, tsaKeys, "tsa");
            X509v2CRLBuilder list = new X509v2CRLBuilder(root.getSubject(), new Date(System.currentTimeMillis() - 60_000));
            list.setNextUpdate(new Date(System.currentTimeMillis() + 30 * DAY));
            list.addCRLEntry(BigInteger.valueOf(999), new Date(System.currentTimeMillis() - DAY), CRLReason.superseded);
            crl = list.build(by(rootKeys, caAlgorithm)).getEncoded();
            try (Writer w = Files.newBufferedWriter(dir.resolve(kind + "-root.pem"))) {
                w.write("-----BEGIN CERTIFICATE-----\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(root.getEncoded()) + "\n-----END CERTIFICATE-----\n");
            }
            if (kind.equals("rsa")) keyStore();
        }

        /** For poppler's pdfsig, which signs with keys of an NSS database. */
        void keyStore() throws Exception {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            JcaX509CertificateConverter convert = new JcaX509CertificateConverter();
            store.setKeyEntry("doctor", doctorKeys.getPrivate(), "pw".toCharArray(),
                new java.security.cert.Certificate[] {convert.getCertificate(doctor), convert.getCertificate(root)});
            try (OutputStream out = Files.newOutputStream(dir.resolve("rsa.p12"))) {
                store.store(out, "pw".toCharArray());
            }
        }

        KeyPair keys() throws Exception {
            boolean rsa = kind.equals("rsa") || kind.equals("pss");
            KeyPairGenerator g = KeyPairGenerator.getInstance(rsa ? "RSA" : "EC", "BC");
            if (rsa) g.initialize(2048);
            else g.initialize(new ECGenParameterSpec(switch (kind) { case "sm2" -> "sm2p256v1"; case "p384" -> "P-384"; default -> "P-256"; }));
            return g.generateKeyPair();
        }

        ContentSigner by(KeyPair keys, String algorithm) throws Exception {
            return new JcaContentSignerBuilder(algorithm).setProvider("BC").build(keys.getPrivate());
        }

        X509CertificateHolder issue(String name, String issuer, KeyPair subject, String use) throws Exception {
            long now = System.currentTimeMillis();
            JcaX509v3CertificateBuilder b = new JcaX509v3CertificateBuilder(new X500Name("C=CN,CN=" + issuer), BigInteger.valueOf(serial++),
                new Date(now - DAY), new Date(now + 1000 * DAY), new X500Name("C=CN,CN=" + name), subject.getPublic());
            JcaX509ExtensionUtils ids = new JcaX509ExtensionUtils();
            b.addExtension(Extension.subjectKeyIdentifier, false, ids.createSubjectKeyIdentifier(subject.getPublic()));
            b.addExtension(Extension.authorityKeyIdentifier, false, ids.createAuthorityKeyIdentifier(rootKeys.getPublic()));
            if (use.equals("ca")) {
                b.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
                b.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            } else {
                b.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature | KeyUsage.nonRepudiation));
                if (use.equals("tsa")) b.addExtension(Extension.extendedKeyUsage, true, new ExtendedKeyUsage(KeyPurposeId.id_kp_timeStamping));
            }
            return b.build(by(rootKeys, caAlgorithm));
        }

        DigestCalculatorProvider digests() throws Exception {
            return new JcaDigestCalculatorProviderBuilder().setProvider("BC").build();
        }

        byte[] stamp(byte[] data) throws Exception {
            AlgorithmIdentifier id = new AlgorithmIdentifier(new ASN1ObjectIdentifier(digest));
            DigestCalculator calculator = digests().get(id);
            calculator.getOutputStream().write(data);
            calculator.getOutputStream().close();
            TimeStampTokenGenerator g = new TimeStampTokenGenerator(
                new JcaSignerInfoGeneratorBuilder(digests()).build(by(tsaKeys, algorithm), tsa), digests().get(id), new ASN1ObjectIdentifier("1.2.3.4.5"));
            g.addCertificates(new JcaCertStore(List.of(tsa, root)));
            TimeStampRequestGenerator requests = new TimeStampRequestGenerator();
            requests.setCertReq(true);
            TimeStampRequest request = requests.generate(new ASN1ObjectIdentifier(digest), calculator.getDigest(), BigInteger.valueOf(serial));
            return g.generate(request, BigInteger.valueOf(serial++), new Date()).getEncoded();
        }

        byte[] cms(byte[] content, KeyPair keys, X509CertificateHolder certificate, boolean cades, boolean stamped) throws Exception {
            JcaSignerInfoGeneratorBuilder builder = new JcaSignerInfoGeneratorBuilder(digests());
            if (cades) {
                DigestCalculator calculator = digests().get(new AlgorithmIdentifier(new ASN1ObjectIdentifier(digest)));
                calculator.getOutputStream().write(certificate.getEncoded());
                calculator.getOutputStream().close();
                ESSCertIDv2 id = new ESSCertIDv2(new AlgorithmIdentifier(new ASN1ObjectIdentifier(digest)), calculator.getDigest(), new IssuerSerial(
                    new GeneralNames(new GeneralName(certificate.getIssuer())), certificate.getSerialNumber()));
                org.bouncycastle.asn1.cms.Attribute attribute = new org.bouncycastle.asn1.cms.Attribute(PKCSObjectIdentifiers.id_aa_signingCertificateV2, new DERSet(new SigningCertificateV2(new ESSCertIDv2[] {id})));
                builder.setSignedAttributeGenerator(new DefaultSignedAttributeTableGenerator(new AttributeTable(new DERSet(attribute))) {
                    @Override
                    public AttributeTable getAttributes(Map parameters) {
                        return super.getAttributes(parameters).remove(CMSAttributes.signingTime);
                    }
                });
            }
            CMSSignedDataGenerator g = new CMSSignedDataGenerator();
            g.addSignerInfoGenerator(builder.build(by(keys, algorithm), certificate));
            g.addCertificates(new JcaCertStore(List.of(certificate, root)));
            CMSSignedData signed = g.generate(new CMSProcessableByteArray(content), false);
            if (!stamped) return signed.toASN1Structure().getEncoded("DER");
            SignerInformation info = signed.getSignerInfos().iterator().next();
            org.bouncycastle.asn1.cms.Attribute token = new org.bouncycastle.asn1.cms.Attribute(PKCSObjectIdentifiers.id_aa_signatureTimeStampToken, new DERSet(ASN1Primitive.fromByteArray(stamp(info.getSignature()))));
            SignerInformation with = SignerInformation.replaceUnsignedAttributes(info, new AttributeTable(new DERSet(token)));
            return CMSSignedData.replaceSigners(signed, new SignerInformationStore(with)).toASN1Structure().getEncoded("DER");
        }

        void make(Path input) throws Exception {
            String name = input.getFileName().toString().replace(".pdf", "");
            Path one = dir.resolve(kind + "-" + name + "-1.pdf"), two = dir.resolve(kind + "-" + name + "-2.pdf");
            Path lt = dir.resolve(kind + "-" + name + "-lt.pdf"), lta = dir.resolve(kind + "-" + name + "-lta.pdf");
            sign(input, one, "ETSI.CAdES.detached", "Box 医生", name.startsWith("certify") ? 2 : 0, c -> cms(c, doctorKeys, doctor, true, false));
            sign(one, two, "adbe.pkcs7.detached", "Box 主任", 0, c -> cms(c, chiefKeys, chief, false, true));
            store(two, lt);
            sign(lt, lta, "ETSI.RFC3161", null, 0, c -> stamp(c));
        }

        interface Filler { byte[] fill(byte[] content) throws Exception; }

        void sign(Path from, Path to, String subFilter, String person, int certify, Filler filler) throws Exception {
            try (PDDocument document = PDDocument.load(from.toFile(), MemoryUsageSetting.setupMainMemoryOnly()); OutputStream out = Files.newOutputStream(to)) {
                PDSignature signature = new PDSignature();
                if (person == null) signature.setType(COSName.getPDFName("DocTimeStamp"));
                signature.setFilter(PDSignature.FILTER_ADOBE_PPKLITE);
                signature.setSubFilter(COSName.getPDFName(subFilter));
                if (person != null) {
                    signature.setName(person);
                    signature.setReason("审核");
                    signature.setSignDate(Calendar.getInstance());
                }
                if (certify > 0) certify(document, signature, certify);
                SignatureOptions options = new SignatureOptions();
                options.setPreferredSignatureSize(16384);
                document.addSignature(signature, (InputStream content) -> {
                    try {
                        return filler.fill(content.readAllBytes());
                    } catch (Exception e) {
                        throw new IOException(e);
                    }
                }, options);
                document.saveIncremental(out);
            }
        }

        void certify(PDDocument document, PDSignature signature, int permission) {
            COSDictionary parameters = new COSDictionary();
            parameters.setItem(COSName.TYPE, COSName.getPDFName("TransformParams"));
            parameters.setInt(COSName.P, permission);
            parameters.setName(COSName.V, "1.2");
            parameters.setNeedToBeUpdated(true);
            COSDictionary reference = new COSDictionary();
            reference.setItem(COSName.TYPE, COSName.getPDFName("SigRef"));
            reference.setItem(COSName.getPDFName("TransformMethod"), COSName.DOCMDP);
            reference.setItem(COSName.getPDFName("TransformParams"), parameters);
            reference.setNeedToBeUpdated(true);
            COSArray references = new COSArray();
            references.add(reference);
            references.setNeedToBeUpdated(true);
            signature.getCOSObject().setItem("Reference", references);
            COSDictionary catalog = document.getDocumentCatalog().getCOSObject();
            COSDictionary permissions = new COSDictionary();
            permissions.setItem(COSName.DOCMDP, signature);
            permissions.setNeedToBeUpdated(true);
            catalog.setItem(COSName.PERMS, permissions);
            catalog.setNeedToBeUpdated(true);
        }

        /** A document security store: certificates and the CRL as streams, no VRI. */
        void store(Path from, Path to) throws Exception {
            try (PDDocument document = PDDocument.load(from.toFile()); OutputStream out = Files.newOutputStream(to)) {
                COSArray certificates = new COSArray(), lists = new COSArray();
                for (X509CertificateHolder c : List.of(doctor, chief, tsa, root)) certificates.add(stream(document, c.getEncoded()));
                lists.add(stream(document, crl));
                COSDictionary dss = new COSDictionary();
                dss.setItem("Certs", certificates);
                dss.setItem("CRLs", lists);
                dss.setNeedToBeUpdated(true);
                certificates.setNeedToBeUpdated(true);
                lists.setNeedToBeUpdated(true);
                COSDictionary catalog = document.getDocumentCatalog().getCOSObject();
                catalog.setItem("DSS", dss);
                catalog.setNeedToBeUpdated(true);
                document.saveIncremental(out);
            }
        }

        COSObject stream(PDDocument document, byte[] data) throws IOException {
            COSStream stream = document.getDocument().createCOSStream();
            try (OutputStream out = stream.createOutputStream(COSName.FLATE_DECODE)) {
                out.write(data);
            }
            stream.setNeedToBeUpdated(true);
            COSObject object = new COSObject(stream);
            object.setNeedToBeUpdated(true);
            return object;
        }
    }
}
