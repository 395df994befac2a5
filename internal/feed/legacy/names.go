package legacy

import "strings"

// keys are the elements that stand in fixed sequences, by their JSON key: the name without "_", in lower case.
var keys = func() map[string]string {
	m := map[string]string{}
	for _, name := range strings.Fields(`
		GESTION DONNEES NOJO RAPPEL R2 R3 TETIER_R3 R4 TETIER_R4 K1 DOUBLON K9 NUM_ANN NOM_HTML DEP_ORIGIN DEP
		CLASSE DESCRIPTEUR PUBLICATION NUM SOCIAUX ENVIRONNEMENTAUX INSTANCE_RECOURS ORGANE_MEDIATION RENS_RECOURS
		EAU_POTABLE ASSAINISSEMENT ORDURES_MEN_DECHETS TRANSPORTS ENERGIE TELECOMMUNICATION AUTRE
		TITRE AUTRES NOM ADRESSE PAYS CP VILLE MEL TEL FAX URL AUTRES_INFO
		AO_OUVERT AO_RESTREINT PROC_OUVERTE PROC_RESTREINTE TECHNIQUES ARTISTIQUES PROT_DROITS`) {
		m[strings.ToLower(strings.ReplaceAll(name, "_", ""))] = name
	}
	return m
}()

// choices are the lists whose items are objects without a name: which element an item is, its first key tells.
var choices = map[string]map[string]string{
	"relativesandPARTICIPATIONAndJUSTIFICATIONS": {
		"titreandCAUTIONNEMENTAndFINANCEMENT":  "RELATIVES",
		"titreandFORMEJURAndCAPECO":            "PARTICIPATION",
		"titreandAUTRES":                       "JUSTIFICATIONS",
		"titreandNBMAXOFFREAndNBMINOFFRE":      "NB_CANDIDATS",
		"titreandCRITERESCCTPAndCRITERESLISTE": "CRITERES",
	},
	"irrecevableandPNPUBCONCURAndPNNPUBCONCUR": {
		"aoouvert": "IRRECEVABLE", "aorestreint": "IRRECEVABLE", "autres": "IRRECEVABLE",
		"titreandNONCONFORMESAndPRECINSUF":        "PN_PUB_CONCUR",
		"titreandAUCUNEOFFREAndDELAIINCOMPATIBLE": "PN_NPUB_CONCUR",
		"titreandMCRENOUVAndMCNECES":              "PN_NPUB_NCONCUR",
	},
}
